import type { Forwarded } from './forwarding.js'
import type { RequestFields } from './precondition.js'

/**
 * The fields, with an array of the values for each that was sent in several lines: node:http joins or drops
 * them.
 *
 * @param raw names and values in turn, as node:http has them
 */
export function withRepeated(fields: RequestFields, raw: readonly string[]): RequestFields {
  const repeated = Object.entries(fieldsOf(raw)).filter(
    ([name, value]) => Array.isArray(value) && fields[name] !== undefined,
  )
  return repeated.length === 0 ? fields : { ...fields, ...Object.fromEntries(repeated) }
}

/**
 * Header fields by lower-case names. A field that was sent in several lines has an array of their values, in
 * order; those of Cookie are joined as one (RFC 6265 §5.4, RFC 9113 §8.2.3).
 *
 * @param raw names and values in turn, as node:http has them
 */
export function fieldsOf(raw: readonly string[]): Forwarded {
  const fields: Forwarded = Object.create(null)
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase()
    const value = raw[at + 1] as string
    const present = fields[name]
    if (present === undefined) fields[name] = name === 'set-cookie' ? [value] : value
    else if (name === 'cookie') fields[name] = `${present}; ${value}`
    else fields[name] = [present, value].flat()
  }
  return fields
}
