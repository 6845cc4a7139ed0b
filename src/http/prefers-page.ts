import type { IncomingHttpHeaders } from 'node:http'
import Negotiator from 'negotiator'
import { PROBLEM_TYPE } from './problem.js'

/** Destinations of a request (Fetch Metadata) whose response a person reads; `empty` is a script, which may show it. */
const READ_BY_PEOPLE: ReadonlySet<unknown> = new Set([
  'document',
  'iframe',
  'frame',
  'embed',
  'object',
  'fencedframe',
  'empty',
])

/** In the order that counts where a client prefers none (RFC 9110 §12.5.1). */
const FORMS = [PROBLEM_TYPE, 'application/json', 'text/html']

/**
 * Whether an error is to be an HTML page, and not problem details: Accept prefers `text/html`, as that of a browser
 * that opens a page. Programs and scripts without a preference (curl, `fetch`) send a wildcard or nothing; a player
 * or an image shows no page, and a download that continues with Range would append it to the file.
 */
export function prefersPage(headers: IncomingHttpHeaders): boolean {
  const { accept, range, 'sec-fetch-dest': destination } = headers
  if (accept === undefined || range !== undefined) return false
  if (destination !== undefined && !READ_BY_PEOPLE.has(destination)) return false
  return new Negotiator({ headers: { accept } }).mediaType(FORMS) === 'text/html'
}
