import type { Slice } from '../http/byte-range.js'
import type { DigestValue } from '../http/digest-value.js'
import type { Forwarded } from '../http/forwarding.js'
import type { VersionChain } from '../http/live-plan.js'
import type { Growth } from './growth.js'
import type { LocalFile } from './local-file.js'
import type { SendableFile } from './sendable-file.js'

/**
 * The facts of a representation (RFC 9110 §8): its validators and metadata, taken from the same open
 * handle as its bytes.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type Facts } from 'lastbyte'
 *
 * const facts: Facts = { name: 'a.txt', contentType: 'text/plain', size: 3, etag: '"v1"' }
 * const read = async function* () {
 *   yield Buffer.from('abc')
 * }
 * const representation = { facts, read, close: async () => {} }
 * const source = { open: async () => ({ kind: 'representation', representation }) as const }
 * const app = Fastify()
 * await app.register(lastbyte, { source })
 * const response = await fetch(`${await app.listen({ host: '127.0.0.1', port: 0 })}/a.txt`)
 * assert.equal(response.headers.get('etag'), '"v1"')
 * assert.equal(await response.text(), 'abc')
 * await app.close()
 * ```
 */
export interface Facts {
  /** The last segment of the key. */
  readonly name: string
  /** The Content-Type. undefined: the store has told none, and none is sent. */
  readonly contentType: string | undefined
  /** Bytes of the whole representation. */
  readonly size: number
  /**
   * A strong entity tag with its quotes (RFC 9110 §8.8.3). Absent if two versions cannot be told apart: the
   * response then has no ETag, and a read cannot be resumed.
   */
  readonly etag?: string | undefined
  /** ms since the epoch; sent as Last-Modified. */
  readonly lastModified?: number | undefined
  /**
   * `weak`: two versions may share the second of `lastModified`, as files do whose mtime was set by a program.
   * If-Range with a date (RFC 9110 §13.1.5) then never holds, and If-Unmodified-Since never selects a range.
   * `shared`: another version is known to have had the same second. A client with that date then counts as one
   * with another version. Default: the date identifies a version once it is at least 1 s old.
   */
  readonly dateStrength?: 'weak' | 'shared' | undefined
  /** The Accept-Ranges field: `untold` sends none. Default `bytes`. */
  readonly ranges?: 'bytes' | 'none' | 'untold' | undefined
  /**
   * `untold`: X-Content-Type-Options is sent only where `fields` contains it, as by a server whose browsers may
   * guess a type. Default: `nosniff` is sent.
   */
  readonly sniffing?: 'untold' | undefined
  /** `whole`: the store ignored a Range field, so the response is a 200 with all bytes. */
  readonly given?: 'whole' | undefined
  /** The path of the request target that is the representation's name in place of the key. */
  readonly path?: string | undefined
  /** The query that is part of the representation's name, with its question mark. */
  readonly query?: string | undefined
  /** The digest of all bytes, if the store has it, so that Repr-Digest (RFC 9530) needs no computation. */
  readonly digest?: DigestValue | undefined
  /** Further header fields of the response, as the store sent them. */
  readonly fields?: Forwarded | undefined
  /**
   * Set for a file that grows, or that has grown under the same tag: a range with a very large end goes on as bytes
   * arrive (RFC 8673), by `growth.follow` of the representation. `etag` is then the tag of the bytes that the file has
   * now: `"TAG.SIZE"` while it grows, and `chain.tag` itself when it is finished.
   */
  readonly chain?: VersionChain | undefined
}

/** The version of a file that was current during the call that returned it. */
export interface CachedFile {
  readonly facts: Facts
  /** Set by the response code: header fields made from the facts, kept as long as the entry. */
  rendered?: unknown
  /**
   * Bytes of this version, if they can be read without blocking. The buffer must not be modified, and is valid in this
   * turn of the event loop, unless `retain` is called in it.
   */
  read(slice: Slice): Buffer | undefined
  /** Keeps what `read` has returned valid until the result is called. Absent: it always is. */
  retain?(): () => void
}

/**
 * One version of a file behind an open handle. The caller of `ByteSource.open` closes it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type Representation } from 'lastbyte'
 *
 * const bytes = Buffer.from('0123456789')
 * const representation: Representation = {
 *   facts: { name: 'digits', contentType: 'text/plain', size: bytes.length, etag: '"v1"' },
 *   async *read({ start, end }) {
 *     yield bytes.subarray(start, end)
 *   },
 *   close: async () => {},
 * }
 * const app = Fastify()
 * const source = { open: async () => ({ kind: 'representation', representation }) as const }
 * await app.register(lastbyte, { source })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const response = await fetch(`${url}/digits`, { headers: { range: 'bytes=2-4' } })
 * assert.deepEqual([response.status, await response.text()], [206, '234'])
 * await app.close()
 * ```
 */
export interface Representation {
  readonly facts: Facts
  /**
   * The bytes of a slice `[start, end)`, in order. All chunks belong to the version of `facts`. A chunk is
   * valid until the next one is requested: its buffer may be reused.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_SHORT, REPRESENTATION_CHANGED, or the signal's reason
   */
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * The bytes of a slice, for a representation that is composed of others: ranges of these stand for their bytes where
   * `isDirect` is true. Absent: only `read` yields the bytes.
   *
   * @throws as `read`
   */
  parts?(
    slice: Slice,
    signal: AbortSignal,
    isDirect: (part: RepresentationPart) => boolean,
  ): AsyncIterable<Uint8Array | RepresentationPart>
  /** Follows the file while it is appended to. Absent if the source cannot. */
  readonly growth?: Growth
  /** The file on this machine, passed to `setHeaders`. Absent for other sources. */
  readonly file?: LocalFile
  /** The file on local storage, for sendfile(2). */
  readonly sendable?: SendableFile | undefined
  /** `none`: it may be read after `close`. Default: not. */
  readonly handle?: 'none'
  /** Releases the handle once the last running read has ended. Further calls have no effect. */
  close(): Promise<void>
}

/**
 * A range of another representation, which stays open until the next part is requested.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import type { Representation, RepresentationPart } from 'lastbyte'
 *
 * async function* bothOf(one: Representation, other: Representation): AsyncGenerator<RepresentationPart> {
 *   yield { representation: one, slice: { start: 0, end: one.facts.size } }
 *   yield { representation: other, slice: { start: 0, end: other.facts.size } }
 * }
 * const bytes = Buffer.from('abc')
 * const abc: Representation = {
 *   facts: { name: 'abc', contentType: 'text/plain', size: 3 },
 *   async *read({ start, end }) {
 *     yield bytes.subarray(start, end)
 *   },
 *   close: async () => {},
 * }
 * let size = 0
 * for await (const { slice } of bothOf(abc, abc)) size += slice.end - slice.start
 * assert.equal(size, 6)
 * ```
 */
export interface RepresentationPart {
  readonly representation: Pick<Representation, 'read' | 'sendable'>
  readonly slice: Slice
}
