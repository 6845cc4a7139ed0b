import type { RequestEntry } from '../../fault/request-entry.js'
import { matcherOf, ofFilter, type RequestFilter } from '../../fault/request-filter.js'
import { parseHttpDate } from '../../http/http-date.js'
import { targetOf } from './requested-range.js'
import { assertVerdict, entriesOf, type Judged, type Verdict } from './verdict.js'

/** ms by which timers of clients and clocks may differ. */
const TOLERANCE = 20

/** Whether each request after a response with Retry-After arrived no earlier than the field permits. */
export function judgeWaitedForRetryAfter(
  all: readonly RequestEntry[],
  filter?: RequestFilter,
): Verdict {
  const matches = matcherOf(filter)
  const pairs = all.flatMap((entry, index) => {
    const until = matches(entry) ? retryTime(entry) : undefined
    if (until === undefined) return []
    const next = all.slice(index + 1).find((each) => targetOf(each) === targetOf(entry))
    return next === undefined ? [] : [{ entry, next, early: until - next.time }]
  })
  const tooEarly = pairs.find(({ early }) => early > TOLERANCE)
  return {
    pass: pairs.length > 0 && tooEarly === undefined,
    expected: `each request after a response with Retry-After waits as long${ofFilter(filter)}`,
    received:
      pairs.length === 0
        ? 'no request after a response with Retry-After'
        : tooEarly === undefined
          ? 'none that was too early'
          : `#${tooEarly.next.number} ${tooEarly.early} ms too early after #${tooEarly.entry.number}`,
    entries: all,
  }
}

/** ms since the epoch before which the client should not send the request again (RFC 9110 §10.2.3). */
function retryTime({ retryAfter, time, responded }: RequestEntry): number | undefined {
  if (retryAfter === null) return undefined
  const sent = time + (responded ?? 0)
  if (/^\s*\d+\s*$/.test(retryAfter)) return sent + Number(retryAfter) * 1000
  return parseHttpDate(retryAfter, sent)
}

/**
 * Asserts that the client waited as long as Retry-After said (RFC 9110 §10.2.3) before it sent the request
 * again, and that it did send it again.
 *
 * @param filter which requests count. Default: all
 * @throws AssertionError with the journal as a table
 *
 * @example
 * ```ts
 * import { assertWaitedForRetryAfter, faultServer } from 'lastbyte/testing'
 * import { resumableStream } from 'lastbyte/client'
 *
 * await using server = await faultServer({ seed: 7 })
 * server.faults.arm({ fault: { kind: 'status', status: 503, retryAfter: 1 }, times: 1 })
 * const { body } = await resumableStream(`${server.url}/bytes/5000`)
 * await new Response(body).arrayBuffer()
 * assertWaitedForRetryAfter(server.journal)
 * ```
 */
export function assertWaitedForRetryAfter(journal: Judged, filter?: RequestFilter): void {
  assertVerdict(judgeWaitedForRetryAfter(entriesOf(journal), filter))
}
