import type { Answer } from '../../transport/response.js'

/**
 * A GET request as the client passes it to a `Transport`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type ClientRequest, resumableStream, type Transport } from 'lastbyte/client'
 *
 * const requests: ClientRequest[] = []
 * const transport: Transport = async (request) => {
 *   requests.push(request)
 *   const fields: Record<string, string> = { etag: '"v1"', 'content-length': '2' }
 *   const body = (async function* () { yield Buffer.from('ok') })()
 *   return { status: 200, field: (name) => fields[name], body }
 * }
 * const headers = { Authorization: 'Bearer secret' }
 * const { body } = await resumableStream('http://example.test/f', { transport, headers })
 * assert.equal(await new Response(body).text(), 'ok')
 * assert.equal(requests[0]?.url, 'http://example.test/f')
 * assert.equal(requests[0]?.fields.authorization, 'Bearer secret')
 * ```
 */
export interface ClientRequest {
  /** The absolute URL, as the caller gave it. */
  readonly url: string
  /** Request header fields; their names are in lower case. */
  readonly fields: Readonly<Record<string, string>>
  /**
   * `lent`: a chunk of the body is used until the next one is requested, so that its memory may be used again then.
   * Default `kept`: for as long as anything refers to it.
   */
  readonly chunks?: 'lent' | 'kept' | undefined
  /** Aborted when the response is not needed any more: cancellation, stall or the caller's signal. */
  readonly signal: AbortSignal
}

/**
 * Sends one request and resolves with the response as soon as its header is received. The client does
 * the rest: it pins the version, resumes, retries and detects stalls. A transport must not decode the
 * body and must not retry; it may follow redirects (RFC 9110 §15.4).
 *
 * A rejection counts as a transient failure and is retried, unless it is a LastbyteError BAD_SETTING,
 * REFUSED or CANCELLED. When the request's signal is aborted, the transport rejects with its reason.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { resumableStream, type Transport } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 * const transport: Transport = async ({ url, fields, signal }) => {
 *   const response = await fetch(url, { headers: fields, signal })
 *   const body = (async function* () { yield new Uint8Array(await response.arrayBuffer()) })()
 *   return { status: response.status, field: (name) => response.headers.get(name) ?? undefined, body }
 * }
 * const { body, size } = await resumableStream(`${server.url}/clip.mp4`, { transport })
 * assert.equal((await new Response(body).arrayBuffer()).byteLength, size)
 * await server.close()
 * ```
 */
export type Transport = (request: ClientRequest) => Promise<Answer>
