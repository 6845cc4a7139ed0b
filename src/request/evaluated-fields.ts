import type { Fields } from '../fault/fault.js'
import type { Delivery } from './exchange.js'

/** The header fields that the request is evaluated by: the received ones, unless a fault replaces some. */
export function evaluatedFields({ reply, faults }: Pick<Delivery, 'reply' | 'faults'>): Fields {
  const { headers } = reply.request
  return faults?.session.fields(headers) ?? headers
}
