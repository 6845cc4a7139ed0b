import { ParseError, parseList, Token } from 'structured-headers'
import { LastbyteError } from '../errors.js'
import type { Fault } from './fault-kinds.js'
import { MOST_FAULTS, settleFault } from './fault-rule.js'
import { badFault } from './validate.js'

/** The request header field with faults for its own request. */
export const FAULT_FIELD = 'lastbyte-fault'

/** The same as a query parameter, for a client that can't set header fields, such as `<video>`. */
export const FAULT_QUERY = 'lastbyte-fault'

/**
 * Parses the field: a list (RFC 9651 §3.1) of tokens with parameters, each a fault and its members,
 * such as `throttle;rate=100000, truncate;at=1048576`.
 *
 * @throws LastbyteError BAD_FAULT
 */
export function parseFaultField(field: string): Fault[] {
  const list = listOf(field)
  if (list.length > MOST_FAULTS) {
    throw badFault('Lastbyte-Fault', `expected at most ${MOST_FAULTS} faults`, list.length)
  }
  return list.map(([token, parameters], index) => {
    if (!(token instanceof Token)) {
      throw badFault(
        'Lastbyte-Fault',
        'expected tokens with parameters, such as truncate;at=1000',
        field,
      )
    }
    const members = [...parameters].map(([name, value]) => [
      camel(name),
      value instanceof Token ? value.toString() : value,
    ])
    try {
      return settleFault(
        { kind: token.toString(), ...Object.fromEntries(members) },
        `fault[${index}]`,
      )
    } catch (error) {
      if (!(error instanceof LastbyteError)) throw error
      const { message, facts } = error
      throw new LastbyteError('BAD_FAULT', `Lastbyte-Fault: ${message}`, facts)
    }
  })
}

function listOf(field: string) {
  try {
    return parseList(field)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw badFault('Lastbyte-Fault', `expected a list of RFC 9651 (${error.message})`, field)
  }
}

/** RFC 9651 keys have no capitals: the parameter `retry-after` is the member `retryAfter`. */
function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())
}

/**
 * The query without its parameters for the fault layer; unchanged if it has none. Names are decoded by
 * `URLSearchParams`, which never throws, so that a malformed query doesn't fail the request.
 */
export function withoutFault(query: string): string {
  if (!query.includes(FAULT_QUERY)) return query
  const kept = query
    .slice(1)
    .split('&')
    .filter((parameter) => !new URLSearchParams(`?${parameter}`).has(FAULT_QUERY))
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}
