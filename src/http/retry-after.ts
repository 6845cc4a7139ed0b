import { parseHttpDate } from './http-date.js'

/** ms to wait by a Retry-After field (RFC 9110 §10.2.3): seconds, or a date; undefined for neither. */
export function parseRetryAfter(field: string | undefined, now: number): number | undefined {
  const text = field?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = parseHttpDate(text, now)
  return date === undefined ? undefined : Math.max(0, date - now)
}
