import type { Slice } from '../../http/byte-range.js'
import { formatContentRange } from '../../http/content-range.js'
import { contentLength, type Exchange, fieldOf } from '../subject/exchange.js'
import { type Finding, failed, PASSED } from '../subject/finding.js'
import { describeRange, judgeSlice } from '../subject/judge-slice.js'
import type { Subject } from '../subject/subject.js'

/**
 * What a server does with a request that has conditions. `slice`: 206 with the range. `whole`: 200, so that Range has
 * no effect. `not-modified`: 304. `refused`: 412. `bad-request`: 400.
 */
export type Outcome = keyof typeof STATUSES

const STATUSES = {
  slice: 206,
  whole: 200,
  'not-modified': 304,
  refused: 412,
  'bad-request': 400,
} as const

const EXPECTED = {
  slice: (contentRange: string) => `206 with Content-Range: ${contentRange}`,
  whole: () => '200 and the whole representation',
  'not-modified': () => '304 without a body',
  refused: () => '412 without bytes of the representation',
  'bad-request': () => '400',
} as const satisfies Record<Outcome, (contentRange: string) => string>

/** The slice that the request was for, and what the server may do with it. */
export interface Allowed {
  readonly slice: Slice
  readonly allows: readonly Outcome[]
}

/** Whether the response is one of those allowed. */
export function judgeOutcome(
  subject: Subject,
  exchange: Exchange,
  { slice, allows }: Allowed,
): Finding {
  const outcome = allows.find((each) => STATUSES[each] === exchange.status)
  if (outcome === 'slice') return judgeSlice(subject, exchange, slice)
  const isError = outcome === 'refused'
  if (outcome !== undefined && !(isError && hasContent(subject, exchange, slice))) return PASSED
  const contentRange = formatContentRange(slice, subject.size)
  const expected = allows.map((each) => EXPECTED[each](contentRange)).join(', or ')
  const received = isError ? '412 with bytes of the representation' : describeRange(exchange)
  return failed(exchange, expected, received)
}

/** Whether an error response has bytes of the representation, which a client might append to its file. */
function hasContent(subject: Subject, exchange: Exchange, { start, end }: Slice): boolean {
  if (fieldOf(exchange, 'content-range') !== undefined) return true
  const { body } = exchange
  if (body.length === 0) return false
  if (subject.known.slice(start, end)?.equals(body)) return true
  const isAsLong = contentLength(exchange) === subject.size
  return isAsLong && subject.known.slice(0, body.length)?.equals(body) === true
}
