import { fieldValues } from '../http/field-value.js'
import { isRepresentationField } from '../http/representation-fields.js'

/** Header fields of one response by lower-case name. */
export type HeaderFields = Record<string, string | string[]>

/** The result of Fastify's `reply.getHeaders()`, which may contain numbers and undefined. */
export type ReplyFields = Readonly<Record<string, number | string | string[] | undefined>>

/**
 * Merges the plugin's fields of a response with those that the application has set on the reply.
 *
 * - A field of the application replaces the plugin's field of the same name, such as ETag,
 *   Last-Modified, Cache-Control and Content-Type.
 * - Vary is the union of both (RFC 9110 §12.5.5).
 * - Set-Cookie stays on the reply, where the application may still add cookies.
 * - Content-Length and Content-Range are set after the merge, by the plan of the body.
 * - The values are those that are written, so that an ETag is compared as the client received it.
 *
 * @throws LastbyteError BAD_FIELD
 */
export function mergeFields(own: HeaderFields, application: ReplyFields): HeaderFields {
  const merged: HeaderFields = {}
  for (const [name, value] of Object.entries(own)) merged[name] = fieldValues(name, value)
  for (const [name, value] of Object.entries(application)) {
    if (value === undefined || name === 'set-cookie') continue
    merged[name] = fieldValues(name, value)
  }
  if (own.vary !== undefined && merged.vary !== own.vary) {
    merged.vary = joinVary(String(merged.vary), String(own.vary))
  }
  return merged
}

/** The field names of both Vary values, each once, in order; `*` if one of the values contains it. */
export function joinVary(present: string | undefined, additional: string): string {
  if (present === undefined) return additional
  const names = [present, additional]
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.includes('*')) return '*'
  const lower = names.map((name) => name.toLowerCase())
  return names.filter((_name, index) => lower.indexOf(lower[index] ?? '') === index).join(', ')
}

/** The fields without those that describe a representation, for an error response. */
export function withoutRepresentation(fields: HeaderFields): HeaderFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !isRepresentationField(name)))
}

/** The fields without the named ones. */
export function withoutFields(fields: HeaderFields, names: ReadonlySet<string>): HeaderFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)))
}
