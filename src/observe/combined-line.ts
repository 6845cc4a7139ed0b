import { limitedText } from './limited-text.js'
import { loggedRequest } from './logged-request.js'
import type { ObservedResponse } from './response-observer.js'

/** Characters of a field at most, so that a line is written to a pipe in one piece (4,096 bytes). */
const LONGEST = { user: 100, target: 1_500, referer: 900, userAgent: 600 }

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/**
 * A response as a line of the combined log format of Apache and nginx, in ASCII, with its line end. The time is that of
 * the request, in UTC. Quotes, backslashes and bytes that are no printable ASCII are written as `\"`, `\\` and `\xHH`.
 */
export function combinedLine(response: ObservedResponse): string {
  const { address, user, method, target, protocol, referer, userAgent } = loggedRequest(response)
  const line =
    method === undefined ? '-' : `${method} ${escaped(target, LONGEST.target)} ${protocol}`
  const { status, bytes, date } = response
  const names = [address, user].map((name) => escaped(name, LONGEST.user).replaceAll(' ', '\\x20'))
  const quoted = [escaped(referer, LONGEST.referer), escaped(userAgent, LONGEST.userAgent)]
  return `${names[0]} - ${names[1]} [${timestamp(date)}] "${line}" ${status} ${bytes || '-'} "${quoted.join('" "')}"\n`
}

function escaped(text: string | undefined, limit: number): string {
  if (text === undefined || text === '') return '-'
  return limitedText(text, limit, escapeUnit).replace(/[^ !#-[\]-~]/g, escapeUnit)
}

/** Fields are bytes, which node:http decodes as Latin-1. Other characters are escaped as UTF-8. */
function escapeUnit(unit: string): string {
  if (/^[ !#-[\]-~]$/.test(unit)) return unit
  if (unit === '"' || unit === '\\') return `\\${unit}`
  const bytes = Buffer.from(unit, unit <= 'ÿ' ? 'latin1' : 'utf8')
  return [...bytes].map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** `27/Nov/2026:03:41:21 +0000` */
function timestamp(date: number): string {
  const [day = '', time = ''] = new Date(date).toISOString().split('T')
  const [year, month, dayOfMonth] = day.split('-')
  return `${dayOfMonth}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`
}
