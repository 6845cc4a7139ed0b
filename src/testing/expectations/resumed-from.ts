import type { RequestEntry } from '../../fault/request-entry.js'
import { type Expectations, TEXT } from '../../validation/expectation.js'
import { byteCount } from '../../validation/number-expectations.js'
import { invalidSetting } from '../../validation/option-error.js'
import { readOptions } from '../../validation/read-options.js'
import { isResume, listText, requestedStart, sentStart } from './requested-range.js'
import { assertVerdict, entriesOf, type Judged, type Verdict } from './verdict.js'

/**
 * Which requests of a journal count.
 *
 * @example
 * ```ts
 * import { assertResumedFrom, faultServer, type ResumeOptions } from 'lastbyte/testing'
 *
 * const options: ResumeOptions = { path: '/bytes/1000' }
 * await using server = await faultServer({ seed: 7 })
 * await fetch(`${server.url}/bytes/1000`, { headers: { range: 'bytes=500-' } })
 * assertResumedFrom(server.journal, 500, options)
 * ```
 */
export interface ResumeOptions {
  /** The decoded path, without the query. Default: any. */
  readonly path?: string
}

const OPTIONS: Expectations<ResumeOptions> = { path: TEXT }

/** Whether a GET with a Range from this byte got a 206 from this byte. */
export function judgeResumedFrom(
  all: readonly RequestEntry[],
  bytes: number,
  given?: ResumeOptions,
): Verdict {
  const expectation = byteCount(1)
  if (!expectation.accepts(bytes)) {
    throw invalidSetting('bytes', `expected ${expectation.expected}`, bytes)
  }
  const { path } = readOptions(given, OPTIONS)
  const entries = all.filter((entry) => path === undefined || entry.path === path)
  const resumed = entries.filter(isResume)
  const asked = resumed.filter((entry) => requestedStart(entry) === bytes)
  const starts = listText(resumed.map(requestedStart), '')
  const others = resumed.length === 0 ? 'no such request' : `requests from byte ${starts}`
  const statuses = listText(
    asked.map(({ status }) => status ?? 'none yet'),
    '',
  )
  const pass = asked.some((entry) => sentStart(entry) === bytes)
  const isRefused = !pass && asked.length > 0
  return {
    pass,
    expected: `a request that continues from byte ${bytes}${path === undefined ? '' : ` of ${path}`}`,
    received: isRefused ? `a response with status ${statuses} instead of 206` : others,
    entries: all,
  }
}

/**
 * Asserts that the client has continued from a byte: a GET with a Range from it got a 206 from it.
 *
 * @param bytes the first byte of the range, 1 or more
 * @throws AssertionError with the journal as a table
 *
 * @example
 * ```ts
 * import { assertResumedFrom, faultServer } from 'lastbyte/testing'
 * import { resumableStream } from 'lastbyte/client'
 *
 * await using server = await faultServer({ seed: 7 })
 * server.faults.arm({ fault: { kind: 'truncate', at: 1000 }, times: 1 })
 * const { body } = await resumableStream(`${server.url}/bytes/5000`)
 * await new Response(body).arrayBuffer()
 * assertResumedFrom(server.journal, 1000)
 * ```
 */
export function assertResumedFrom(journal: Judged, bytes: number, options?: ResumeOptions): void {
  assertVerdict(judgeResumedFrom(entriesOf(journal), bytes, options))
}
