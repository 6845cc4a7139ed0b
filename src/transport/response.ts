import type { ResponseHead } from '../http/response-head.js'

/**
 * A response whose body has not been read, as a `Transport` returns it: `status`, `field(name)` by
 * lower-case names, and `body`. Its receiver reads the body, or ends it with `body.return()`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Answer, resumableStream } from 'lastbyte/client'
 *
 * async function* bytes() {
 *   yield new TextEncoder().encode('hello')
 * }
 * const fields = new Map([['etag', '"v1"'], ['content-length', '5']])
 * const answer: Answer = { status: 200, field: (name) => fields.get(name), body: bytes() }
 * const { body, etag } = await resumableStream('http://127.0.0.1/f', { transport: async () => answer })
 * assert.equal(etag, '"v1"')
 * assert.equal(await new Response(body).text(), 'hello')
 * ```
 */
export interface Answer extends ResponseHead {
  /** Throws where the body breaks off. `return` closes the connection unless all has arrived. */
  readonly body: AsyncIterator<Uint8Array>
  /** Whether the content coding of Content-Encoding was removed from the body, as fetch does. Default: no. */
  readonly isDecoded?: boolean
  /** Whether redirects have led to it. Default: no. */
  readonly isRedirected?: boolean
}
