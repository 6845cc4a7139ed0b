import type { RequestEntry } from '../../fault/request-entry.js'
import { matcherOf, ofFilter, type RequestFilter } from '../../fault/request-filter.js'
import { isResume, listText, targetOf } from './requested-range.js'
import { assertVerdict, entriesOf, type Judged, type Verdict } from './verdict.js'

/**
 * Whether each request that continues a download names the version that it continues: in If-Range, If-Match or
 * If-Unmodified-Since, by a validator that an earlier response had, if one had any.
 */
export function judgeUsedValidator(all: readonly RequestEntry[], filter?: RequestFilter): Verdict {
  const resumed = all.filter(matcherOf(filter)).filter(isResume)
  const without = resumed.filter((entry) => !namesVersion(entry, all))
  const numbers = listText(
    without.map(({ number }) => `#${number}`),
    '',
  )
  return {
    pass: resumed.length > 0 && without.length === 0,
    expected: `each request that continues a download names the version that was sent before${ofFilter(filter)}`,
    received:
      resumed.length === 0
        ? 'no request that continues a download'
        : without.length === 0
          ? 'a validator in each of them'
          : `no such validator in ${numbers}`,
    entries: all,
  }
}

function namesVersion(entry: RequestEntry, all: readonly RequestEntry[]): boolean {
  const { ifRange, ifMatch, ifUnmodifiedSince } = entry
  const named = [ifRange, ifMatch, ifUnmodifiedSince].filter((each) => each !== null)
  if (named.length === 0) return false
  const sent = all
    .filter((each) => each.number < entry.number && targetOf(each) === targetOf(entry))
    .flatMap(({ etag, lastModified }) => [etag, lastModified])
    .filter((each) => each !== null)
  return sent.length === 0 || named.some((each) => sent.includes(each))
}

/**
 * Asserts that each request that continues a download (a GET with a Range from a byte other than the first) has
 * the ETag or the date of an earlier response in If-Range, If-Match or If-Unmodified-Since (RFC 9110 §13.1), so
 * that two versions are never joined, and that there is such a request.
 *
 * @param filter which requests count. Default: all
 * @throws AssertionError with the journal as a table
 *
 * @example
 * ```ts
 * import { assertUsedValidator, faultServer } from 'lastbyte/testing'
 * import { resumableStream } from 'lastbyte/client'
 *
 * await using server = await faultServer({ seed: 7 })
 * server.faults.arm({ fault: { kind: 'truncate', at: 1000 }, times: 1 })
 * const { body } = await resumableStream(`${server.url}/bytes/5000`)
 * await new Response(body).arrayBuffer()
 * assertUsedValidator(server.journal)
 * ```
 */
export function assertUsedValidator(journal: Judged, filter?: RequestFilter): void {
  assertVerdict(judgeUsedValidator(entriesOf(journal), filter))
}
