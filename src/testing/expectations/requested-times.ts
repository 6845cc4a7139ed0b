import type { RequestEntry } from '../../fault/request-entry.js'
import { filterText, matcherOf, type RequestFilter } from '../../fault/request-filter.js'
import { wholeNumber } from '../../validation/number-expectations.js'
import { invalidSetting } from '../../validation/option-error.js'
import { assertVerdict, entriesOf, type Judged, type Verdict } from './verdict.js'

/** Whether so many requests have arrived. */
export function judgeRequestedTimes(
  entries: readonly RequestEntry[],
  times: number,
  filter?: RequestFilter,
): Verdict {
  const expectation = wholeNumber(0)
  if (!expectation.accepts(times)) {
    throw invalidSetting('times', `expected ${expectation.expected}`, times)
  }
  const found = entries.filter(matcherOf(filter)).length
  return {
    pass: found === times,
    expected: `${filterText(filter)}, ${timesText(times)}`,
    received: timesText(found),
    entries,
  }
}

/**
 * Asserts that exactly so many requests have arrived.
 *
 * @param filter which requests count. Default: all
 * @throws AssertionError with the journal as a table
 *
 * @example
 * ```ts
 * import { assertRequestedTimes, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * await fetch(`${server.url}/bytes/10`)
 * assertRequestedTimes(server.journal, 1, { path: '/bytes/10' })
 * assertRequestedTimes(server.journal, 0, { status: 404 })
 * ```
 */
export function assertRequestedTimes(journal: Judged, times: number, filter?: RequestFilter): void {
  assertVerdict(judgeRequestedTimes(entriesOf(journal), times, filter))
}

function timesText(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}
