import type { Forwarded } from '../http/forwarding.js'
import type { RequestFields } from '../http/precondition.js'
import type { Heal } from '../resume/retry-loop.js'
import type { Entry } from './entry.js'
import type { CachedFile, Representation } from './representation.js'

/**
 * The port behind which bytes come from: a folder, an S3 bucket, another server, or your own store. Pass it
 * to the plugin as `source`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type ByteSource } from 'lastbyte'
 *
 * const texts = new Map([['hello.txt', Buffer.from('hello')]])
 * const source: ByteSource = {
 *   async open(key) {
 *     const bytes = texts.get(key)
 *     if (bytes === undefined) return { kind: 'absent' }
 *     const facts = { name: key, contentType: 'text/plain', size: bytes.length, etag: '"v1"' }
 *     const read = async function* ({ start = 0, end = 0 }) {
 *       yield bytes.subarray(start, end)
 *     }
 *     return { kind: 'representation', representation: { facts, read, close: async () => {} } }
 *   },
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { source })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.equal(await (await fetch(`${url}/hello.txt`)).text(), 'hello')
 * assert.equal((await fetch(`${url}/other.txt`)).status, 404)
 * await app.close()
 * ```
 */
export interface ByteSource {
  /**
   * Opens a key: the decoded path of the request without its first slash. Facts and bytes come from one
   * handle, so that a file replaced later cannot mix in.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_BUSY, or the signal's reason
   */
  open(key: string, request: OpenRequest, signal: AbortSignal): Promise<Opened>
  /**
   * The same facts as `open` would find, without opening, if the source can verify within this call that
   * they are current. undefined: call `open`.
   */
  cached?(key: string): CachedFile | undefined
  /**
   * The entries of a folder that `open` would open; it may leave out names that are not wanted.
   *
   * @param most entries that the caller can use: fewer of them are all that there are; default: as many as the source
   *   lists at once
   * @throws as `open`
   */
  list?(
    key: string,
    signal: AbortSignal,
    isWanted?: (name: string) => boolean,
    most?: number,
  ): Promise<Entry[]>
  /**
   * `as-received`: the source forwards `OpenRequest.path`, so it also opens paths that have no unambiguous
   * key, with encoded slashes or other bytes than UTF-8. Default: such paths get a 400.
   */
  readonly paths?: 'as-received' | undefined
  /**
   * ms within which the source yields bytes or fails, for sources that retry. Default of the option
   * `sourceTimeout`; 30,000 if absent.
   */
  readonly patience?: number | undefined
  /** Closes connections that are kept alive. Called when the application closes. */
  close?(): Promise<void>
}

/**
 * The parts of a request that a source may need.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type OpenRequest } from 'lastbyte'
 *
 * const requests: OpenRequest[] = []
 * const open = async (_key: string, request: OpenRequest) => {
 *   requests.push(request)
 *   return { kind: 'absent' } as const
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { source: { open } })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * await fetch(`${url}/clip.mp4?v=2`, { headers: { range: 'bytes=5-' } })
 * assert.equal(requests[0]?.range, 'bytes=5-')
 * assert.equal(requests[0]?.query, '?v=2')
 * await app.close()
 * ```
 */
export interface OpenRequest {
  readonly method: 'GET' | 'HEAD'
  /** The Range field, unless a precondition or the method rules it out. */
  readonly range?: string | undefined
  /**
   * The path of the request target as it was received, below the prefix and without its first slash.
   * Percent-encoded. Absent where the application chose the key.
   */
  readonly path?: string | undefined
  /** The query of the request target, with its question mark. */
  readonly query?: string | undefined
  /** The header fields of the request, for sources that forward it. */
  readonly fields?: RequestFields | undefined
  /** The client, for X-Forwarded fields. */
  readonly asker?: Asker | undefined
  /** `one`: fail instead of retrying, since another source can serve the request. */
  readonly attempts?: 'one' | undefined
  /** An open representation of the same folder, if the key may well be absent: a hint for local folders. */
  readonly beside?: Representation | undefined
  /** `none`: another request for the key is unlikely, so a cache gains nothing from it. */
  readonly keep?: 'none' | undefined
  /** Called with each response before the final one (1xx) of another server, for the client. */
  readonly onInterim?:
    | ((interim: { readonly status: number; readonly fields: RequestFields }) => void)
    | undefined
  /** Called before each retry, during this call and during reads of its result. */
  readonly onHeal?: ((heal: Heal) => void) | undefined
}

/**
 * The client of a request, as a forwarded request names it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type Asker, type ByteSource } from 'lastbyte'
 *
 * const clients: (Asker | undefined)[] = []
 * const source: ByteSource = {
 *   async open(_key, { asker }) {
 *     clients.push(asker)
 *     return { kind: 'absent' }
 *   },
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { source })
 * await fetch(`${await app.listen({ host: '127.0.0.1', port: 0 })}/clip.mp4`)
 * assert.equal(clients[0]?.address, '127.0.0.1')
 * await app.close()
 * ```
 */
export interface Asker {
  /** The IP address; with Fastify's `trustProxy`, as a trusted proxy reports it. */
  readonly address: string
  /** `http` or `https`. */
  readonly protocol: string
  /** The Host field, or `:authority` of HTTP/2. */
  readonly host: string
  /** The HTTP version of the request: `1.1`, `2.0`. */
  readonly httpVersion: string
}

/**
 * What a key leads to. `absent`: 404. `refused`: 403, and `reason` is sent to the client. `directory`: the
 * plugin tries its index, a redirect or a listing. `answered`: another server's response, passed on.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type Opened } from 'lastbyte'
 *
 * const opened: Opened = { kind: 'refused', reason: 'Drafts are not served.' }
 * const app = Fastify()
 * await app.register(lastbyte, { source: { open: async () => opened } })
 * const response = await fetch(`${await app.listen({ host: '127.0.0.1', port: 0 })}/draft.mp4`)
 * assert.equal(response.status, 403)
 * assert.match(await response.text(), /Drafts are not served/)
 * await app.close()
 * ```
 */
export type Opened =
  | { readonly kind: 'representation'; readonly representation: Representation }
  | { readonly kind: 'directory' }
  | { readonly kind: 'absent'; readonly answer?: PassedAnswer }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'answered'; readonly answer: PassedAnswer }

/**
 * A response of another server that is passed on unchanged: an error, a 304, or a body that could not be
 * resumed. The receiver closes it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type PassedAnswer } from 'lastbyte'
 *
 * const answer: PassedAnswer = {
 *   status: 410,
 *   fields: { 'content-type': 'text/plain' },
 *   length: 4,
 *   async *read() {
 *     yield Buffer.from('gone')
 *   },
 *   close: async () => {},
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { source: { open: async () => ({ kind: 'answered', answer }) } })
 * const response = await fetch(`${await app.listen({ host: '127.0.0.1', port: 0 })}/old.mp4`)
 * assert.deepEqual([response.status, await response.text()], [410, 'gone'])
 * await app.close()
 * ```
 */
export interface PassedAnswer {
  readonly status: number
  /** Header fields, with lower-case names. */
  readonly fields: Forwarded
  /** Bytes of the body; undefined if not known. */
  readonly length: number | undefined
  /** The body; call it once. @throws LastbyteError SOURCE_FAILED, SOURCE_TIMEOUT; the signal's reason */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** The Trailer field, and the trailer fields once the body has been read to its end. */
  readonly trailers?: { readonly announced: string | undefined; received(): Forwarded } | undefined
  close(): Promise<void>
}

/** Closes an opened result that is not used. */
export async function closeOpened(opened: Opened): Promise<void> {
  if (opened.kind === 'representation') await opened.representation.close()
  if (opened.kind === 'absent' || opened.kind === 'answered') await opened.answer?.close()
}
