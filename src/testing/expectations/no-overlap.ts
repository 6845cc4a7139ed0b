import type { RequestEntry } from '../../fault/request-entry.js'
import { matcherOf, ofFilter, type RequestFilter } from '../../fault/request-filter.js'
import { sentStart, targetOf } from './requested-range.js'
import { assertVerdict, type Judged, settledEntriesOf, type Verdict } from './verdict.js'

/** Whether no byte of a representation was sent twice, as far as the client has certainly received it. */
export function judgeNoOverlap(all: readonly RequestEntry[], filter?: RequestFilter): Verdict {
  const entries = all.filter(matcherOf(filter))
  const received = entries.flatMap((entry) => {
    const start = sentStart(entry)
    const bytes = receivedBytes(entry)
    if (start === undefined || bytes === 0) return []
    const { etag } = entry
    return [{ entry, start, end: start + bytes, version: `${targetOf(entry)} ${etag ?? ''}` }]
  })
  const sorted = received.sort((a, b) => a.start - b.start)
  const pairs = sorted.flatMap((later, index) => {
    const earlier = sorted
      .slice(0, index)
      .find((each) => each.version === later.version && each.end > later.start)
    return earlier === undefined ? [] : [{ earlier, later }]
  })
  const [first] = pairs
  return {
    pass: first === undefined,
    expected: `no byte that the client has received is sent again${ofFilter(filter)}`,
    received:
      first === undefined
        ? 'none'
        : `bytes from ${first.later.start} on in #${first.earlier.entry.number} and in #${first.later.entry.number}`,
    entries: all,
  }
}

/** Body bytes that arrived: after a reset or a disconnect those that were sent may be lost. */
function receivedBytes({ method, ended, written, confirmed }: RequestEntry): number {
  if (method !== 'GET') return 0
  return ended === 'complete' || ended === 'fin' ? (confirmed ?? written) : (confirmed ?? 0)
}

/**
 * Asserts that the client has requested no byte again that it had received, by waiting until no response runs.
 * Bytes of responses that ended with a reset or because the client left count only as far as they are known to have
 * arrived, and bytes of several parts (`multipart/byteranges`) don't count.
 *
 * @param filter which requests count. Default: all
 * @throws AssertionError with the journal as a table, also if a response still runs after 5 s
 *
 * @example
 * ```ts
 * import { assertNoOverlap, faultServer } from 'lastbyte/testing'
 * import { resumableStream } from 'lastbyte/client'
 *
 * await using server = await faultServer({ seed: 7 })
 * server.faults.arm({ fault: { kind: 'truncate', at: 1000 }, times: 1 })
 * const { body } = await resumableStream(`${server.url}/bytes/5000`)
 * await new Response(body).arrayBuffer()
 * await assertNoOverlap(server.journal)
 * ```
 */
export async function assertNoOverlap(journal: Judged, filter?: RequestFilter): Promise<void> {
  assertVerdict(judgeNoOverlap(await settledEntriesOf(journal), filter))
}
