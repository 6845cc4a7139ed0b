import { ENDED, type Ended } from '../../fault/journal.js'
import type { RequestEntry } from '../../fault/request-entry.js'
import { filterText, matcherOf, type RequestFilter } from '../../fault/request-filter.js'
import { invalidSetting } from '../../validation/option-error.js'
import { assertVerdict, type Judged, settledEntriesOf, type Verdict } from './verdict.js'

/** Whether the last response ended so. */
export function judgeEnded(
  entries: readonly RequestEntry[],
  ended: Ended,
  filter?: RequestFilter,
): Verdict {
  if (!ENDED.accepts(ended)) throw invalidSetting('ended', `expected ${ENDED.expected}`, ended)
  const last = entries.filter(matcherOf(filter)).at(-1)
  return {
    pass: last?.ended === ended,
    expected: `the last response to ${filterText(filter)} ends with "${ended}"`,
    received:
      last === undefined ? 'no such request' : `"${last.ended ?? 'running'}" of #${last.number}`,
    entries,
  }
}

/**
 * Asserts how the last response ended, by waiting until no response runs: `complete`, `left` if the client
 * disconnected, and the others of `Ended`.
 *
 * @param filter the last of which requests. Default: of all
 * @throws AssertionError with the journal as a table, also if a response still runs after 5 s
 *
 * @example
 * ```ts
 * import { assertEnded, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * const response = await fetch(`${server.url}/bytes/100000000`)
 * await response.body?.cancel()
 * await assertEnded(server.journal, 'left')
 * ```
 */
export async function assertEnded(
  journal: Judged,
  ended: Ended,
  filter?: RequestFilter,
): Promise<void> {
  assertVerdict(judgeEnded(await settledEntriesOf(journal), ended, filter))
}
