import { parseHttpDate } from '../../http/http-date.js'
import { type Exchange, fieldOf } from './exchange.js'

/** ms by which Date must be later than Last-Modified, so that the clocks of two machines matter no more. */
const CLOCKS_DIFFER = 60_000

/** ms from Last-Modified to Date; undefined if either is absent or malformed. */
export function ageAtDate(exchange: Exchange): number | undefined {
  const [date, modified] = ['date', 'last-modified'].map((name) =>
    parseHttpDate(fieldOf(exchange, name), Date.now()),
  )
  return date === undefined || modified === undefined ? undefined : date - modified
}

/** Whether Last-Modified identifies the version (RFC 9110 §8.8.2.2), because no change within its second was missed. */
export function isStrongDate(exchange: Exchange): boolean {
  const age = ageAtDate(exchange)
  return age !== undefined && age >= CLOCKS_DIFFER
}
