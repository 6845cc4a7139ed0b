import type { Ended } from '../../fault/journal.js'
import type { RequestFilter } from '../../fault/request-filter.js'
import { judgeEnded } from './ended.js'
import { judgeNoOverlap } from './no-overlap.js'
import { judgeRequestedTimes } from './requested-times.js'
import { judgeResumedFrom, type ResumeOptions } from './resumed-from.js'
import { judgeUsedValidator } from './used-validator.js'
import { entriesOf, type Judged, messageOf, settledEntriesOf, type Verdict } from './verdict.js'
import { judgeWaitedForRetryAfter } from './waited-for-retry-after.js'

/**
 * The matchers that `lastbyte/testing/vitest`, `/jest` and `/playwright` add to `expect`. Each is the function
 * `assert…` of the same name.
 *
 * @example
 * ```ts
 * import type { JournalMatchers } from 'lastbyte/testing'
 *
 * export type Resumed = JournalMatchers['toHaveResumedFrom']
 * ```
 */
export interface JournalMatchers<R = void> {
  /** A GET with a Range from this byte, 1 or more, got a 206 from it. */
  toHaveResumedFrom(bytes: number, options?: ResumeOptions): R
  /** Exactly so many requests have arrived. */
  toHaveRequestedTimes(times: number, filter?: RequestFilter): R
  /** Each request that continues a download names its version by an ETag or a date that was sent. */
  toHaveUsedValidator(filter?: RequestFilter): R
  /** The client waited as long as Retry-After said. */
  toHaveWaitedForRetryAfter(filter?: RequestFilter): R
  /** No byte that the client has received was sent again. Waits until no response runs: use `await`. */
  toHaveNoOverlap(filter?: RequestFilter): Promise<R>
  /** The last response ended so. Waits until no response runs: use `await`. */
  toHaveEnded(ended: Ended, filter?: RequestFilter): Promise<R>
}

/** What `expect.extend` of vitest, Jest and Playwright accepts. */
export const JOURNAL_MATCHERS = {
  toHaveResumedFrom: (judged: Judged, bytes: number, options?: ResumeOptions) =>
    resultOf(judgeResumedFrom(entriesOf(judged), bytes, options)),
  toHaveRequestedTimes: (judged: Judged, times: number, filter?: RequestFilter) =>
    resultOf(judgeRequestedTimes(entriesOf(judged), times, filter)),
  toHaveUsedValidator: (judged: Judged, filter?: RequestFilter) =>
    resultOf(judgeUsedValidator(entriesOf(judged), filter)),
  toHaveWaitedForRetryAfter: (judged: Judged, filter?: RequestFilter) =>
    resultOf(judgeWaitedForRetryAfter(entriesOf(judged), filter)),
  toHaveNoOverlap: async (judged: Judged, filter?: RequestFilter) =>
    resultOf(judgeNoOverlap(await settledEntriesOf(judged), filter)),
  toHaveEnded: async (judged: Judged, ended: Ended, filter?: RequestFilter) =>
    resultOf(judgeEnded(await settledEntriesOf(judged), ended, filter)),
}

function resultOf(verdict: Verdict): { pass: boolean; message: () => string } {
  return { pass: verdict.pass, message: () => messageOf(verdict, verdict.pass ? 'not ' : '') }
}
