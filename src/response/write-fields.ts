import type { FastifyReply } from 'fastify'
import { type HeaderFields, isRepresentationField } from './header-fields.js'

/**
 * Sets the fields of a response on the reply. Removes the representation fields that are not in `fields`.
 * Other fields of the application stay, also those that it has set after the response was prepared.
 */
export function writeFields(reply: FastifyReply, fields: HeaderFields): FastifyReply {
  const present = reply.getHeaders()
  for (const name in present) {
    const isStale = isRepresentationField(name) || name === 'accept-ranges'
    if (isStale && !(name in fields)) reply.removeHeader(name)
  }
  for (const [name, value] of Object.entries(fields)) {
    if (isSame(present[name], value)) continue
    // For Set-Cookie, Fastify's `header` adds to the cookies of the application.
    reply.header(name, value)
  }
  return reply
}

/** Removes every field from the reply, since one of them can't be sent. */
export function clearFields(reply: FastifyReply): void {
  for (const name in reply.getHeaders()) reply.removeHeader(name)
}

/**
 * Copies the fields of the reply to the response of node:http one by one, so that listeners of the
 * response can read them. Where one can't be sent, all are removed again.
 *
 * @throws what node:http throws for that field
 */
export function applyHeaders(reply: FastifyReply): void {
  const { raw } = reply
  const fields = Object.entries(reply.getHeaders())
  try {
    for (const [name, value] of fields) if (value !== undefined) raw.setHeader(name, value)
  } catch (error) {
    for (const [name] of fields) raw.removeHeader(name)
    throw error
  }
}

function isSame(present: unknown, value: string | string[]): boolean {
  return present === value || (typeof present === 'number' && String(present) === value)
}
