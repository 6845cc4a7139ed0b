import type { FastifyReply } from 'fastify'
import { canonicalName } from '../http/field-name.js'
import { fieldValues } from '../http/field-value.js'
import { isRepresentationField } from '../http/representation-fields.js'
import { guardFields } from './guard-fields.js'
import type { HeaderFields } from './header-fields.js'

/** Beside a Content-Length, clients can't tell where the response ends (RFC 9112 §6.3). */
const FRAMING = 'transfer-encoding'

/**
 * Sets the fields of a response on the reply. Removes the representation fields that are not in `fields`, and
 * a Transfer-Encoding beside a Content-Length or to a client of HTTP/1.0. Other fields of the application stay, also
 * those that it has set after the response was prepared.
 *
 * @throws LastbyteError BAD_FIELD for a field that can't be sent
 */
export function writeFields(reply: FastifyReply, fields: HeaderFields): FastifyReply {
  guardFields(reply)
  const present = reply.getHeaders()
  // Only then: node:http would not frame a body of unknown length in chunks after the removal.
  const isUnframed = 'content-length' in fields || reply.request.raw.httpVersion === '1.0'
  const dropped = isUnframed ? FRAMING : undefined
  for (const name in present) {
    const isForeign = isRepresentationField(name) && !(name in fields)
    if (isForeign || name === dropped) reply.removeHeader(name)
    else fieldValues(name, present[name])
  }
  for (const [name, value] of Object.entries(fields)) {
    fieldValues(name, value)
    if (name === dropped || isSame(present[name], value)) continue
    // For Set-Cookie, Fastify's `header` adds to the cookies of the application.
    reply.header(name, value)
  }
  return reply
}

/** Ends a connection of HTTP/1 with this response. HTTP/2 has no such field. */
export function closeAfterwards(reply: FastifyReply): void {
  if (reply.request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
}

/** Removes the fields from the reply that can't be sent, so that an error response can be. */
export function dropUnsendable(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    try {
      fieldValues(name, value)
    } catch (error) {
      reply.log.error({ err: error }, 'left out a header field')
      reply.removeHeader(name)
    }
  }
}

/** Removes every field from the reply, since one of them can't be sent. */
export function clearFields(reply: FastifyReply): void {
  for (const name in reply.getHeaders()) reply.removeHeader(name)
}

/**
 * Copies the fields of the reply to the response of node:http one by one, so that listeners of the
 * response can read them. Where one can't be sent, all are removed again.
 *
 * @throws LastbyteError BAD_FIELD
 */
export function applyHeaders(reply: FastifyReply): void {
  guardFields(reply)
  const { raw } = reply
  const fields = Object.entries(reply.getHeaders())
  try {
    for (const [name, value] of fields) if (value !== undefined) raw.setHeader(name, value)
  } catch (error) {
    for (const [name] of fields) raw.removeHeader(name)
    throw error
  }
}

/**
 * The names and values that `writeHead` writes for a response without fields of the application: faster than
 * setting them one by one. The values are those of `mergeFields`, which has checked them.
 */
export function fieldLines(fields: HeaderFields): string[] {
  const lines: string[] = []
  for (const name in fields) {
    const value = fields[name]
    if (typeof value === 'string') lines.push(canonicalName(name), value)
    else for (const each of value ?? []) lines.push(canonicalName(name), each)
  }
  return lines
}

function isSame(present: unknown, value: string | string[]): boolean {
  return present === value || (typeof present === 'number' && String(present) === value)
}
