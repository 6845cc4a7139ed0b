import type { Exchange } from './exchange.js'

/** Statuses of a server that serves GET only: a signed URL is signed for one method (401, 403). */
const REFUSALS = new Set([401, 403, 405, 501])

/** Whether the server doesn't serve HEAD at all, so that what it says can't be compared with GET. */
export function isHeadRefused({ status }: Pick<Exchange, 'status'>): boolean {
  return REFUSALS.has(status)
}
