import type { Protocol } from './fault.js'
import type { Ended, OpenEntry } from './journal.js'

/**
 * One request that a server for tests received, with the response that it got.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type RequestEntry } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * await (await fetch(`${server.url}/bytes/1000`, { headers: { range: 'bytes=400-' } })).arrayBuffer()
 * const entry: RequestEntry = await server.journal.waitFor({ path: '/bytes/1000' })
 * assert.deepEqual([entry.range, entry.status, entry.contentRange], ['bytes=400-', 206, 'bytes 400-999/1000'])
 * assert.deepEqual([entry.written, entry.ended], [600, 'complete'])
 * ```
 */
export interface RequestEntry {
  /** Its number in the order of arrival, from 1. */
  readonly number: number
  readonly method: string
  /** Decoded, without the query. */
  readonly path: string
  /** With its question mark; empty without a query. */
  readonly query: string
  /** The field Range as received; null if absent, as for the fields below. */
  readonly range: string | null
  readonly ifRange: string | null
  readonly ifMatch: string | null
  readonly ifNoneMatch: string | null
  readonly ifUnmodifiedSince: string | null
  readonly lastEventId: string | null
  readonly protocol: Protocol
  /** The number of its connection, in the order of the first requests, from 1. */
  readonly connection: number
  /** ms since the epoch at which it arrived. */
  readonly time: number
  /** null while no header section was sent, as for the response fields below. */
  readonly status: number | null
  /** The field Content-Range as sent; null if absent. */
  readonly contentRange: string | null
  readonly etag: string | null
  readonly lastModified: string | null
  readonly retryAfter: string | null
  /** ms from its arrival to the header section of the response. */
  readonly responded: number | null
  /** Body bytes that the kernel has accepted; final once `ended` isn't null. */
  readonly written: number
  /** Body bytes that the client's kernel has acknowledged; null if that can't be known. */
  readonly confirmed: number | null
  /** null until the response is over. */
  readonly ended: Ended | null
  /** ms from its arrival to the end of the response. */
  readonly ms: number | null
  /** The faults of this request, in the order of the fault journal. */
  readonly faults: readonly RequestFault[]
}

/**
 * A fault of a request, as its entry shows it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type RequestFault } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * server.faults.arm({ id: 'busy', fault: { kind: 'status', status: 503 } })
 * await fetch(`${server.url}/bytes/1000`)
 * const { faults } = await server.journal.waitFor({ status: 503 })
 * const expected: RequestFault = { rule: 'busy', kind: 'status', outcome: 'injected' }
 * assert.deepEqual(faults, [expected])
 * ```
 */
export interface RequestFault {
  /** The rule's id, or null for a request's own fault. */
  readonly rule: string | null
  readonly kind: string
  /** As in the fault journal. */
  readonly outcome: OpenEntry['outcome']
}

/** An entry of which not everything is known. */
export type OpenRequestEntry = {
  -readonly [K in keyof Omit<RequestEntry, 'faults'>]: RequestEntry[K]
} & { readonly faults: OpenEntry[] }

/** A copy that no longer changes. */
export function shownRequest({ faults, ...entry }: OpenRequestEntry): RequestEntry {
  const shown = faults.map(({ rule, fault, outcome }) => ({ rule, kind: fault.kind, outcome }))
  return { ...entry, faults: shown }
}
