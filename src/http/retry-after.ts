import { parseHttpDate } from './http-date.js'

/**
 * The delay in ms of a Retry-After header field (RFC 9110 §10.2.3): a number of seconds or a date.
 * undefined if it is absent or malformed.
 *
 * @param now ms since the epoch
 */
export function parseRetryAfter(field: string | undefined, now: number): number | undefined {
  const text = field?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = parseHttpDate(text, now)
  return date === undefined ? undefined : Math.max(0, date - now)
}
