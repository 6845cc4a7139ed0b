import { LastbyteError } from '../../errors.js'
import { withoutSecrets } from '../../http/request-url.js'
import type { Answer } from '../../transport/response.js'
import type { ClientRequest, Transport } from './transport.js'

/** Sends requests with the platform's fetch, for browsers and other runtimes without node:http. */
export function fetchTransport(fetch: typeof globalThis.fetch = globalThis.fetch): Transport {
  return async ({ url, fields, signal }: ClientRequest): Promise<Answer> => {
    // A cache could combine ranges of versions that it has stored.
    const init = { headers: fields, signal, cache: 'no-store' }
    const response = await fetch(url, init as RequestInit).catch((cause: unknown) => {
      signal.throwIfAborted()
      // A query may be a signature.
      const shown = withoutSecrets(url)
      if (isUnusable(cause)) {
        const message = `Cannot request ${shown}: ${messageOf(cause)}`
        throw new LastbyteError('REFUSED', message, {}, { cause })
      }
      const facts = { url: shown, reason: 'connection' }
      const message = `Cannot reach ${shown}: ${messageOf(cause)}`
      throw new LastbyteError('UNREACHABLE', message, facts, { cause })
    })
    return {
      status: response.status,
      field: (name) => response.headers.get(name) ?? undefined,
      body: chunksOf(response.body),
      isDecoded: isDecoded(response.headers.get('content-encoding')),
    }
  }
}

/** The content codings that fetch removes from a body. It passes on the bytes of others. */
const DECODED = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd'])

function isDecoded(contentEncoding: string | null): boolean {
  const codings = (contentEncoding ?? '').toLowerCase().split(',')
  return codings.every((coding) => DECODED.has(coding.trim()))
}

/** A stream's chunks. Not every browser's ReadableStream is an async iterable. */
function chunksOf(body: ReadableStream<Uint8Array> | null): AsyncIterator<Uint8Array> {
  const reader = body?.getReader()
  return {
    async next() {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      return done || value === undefined ? { done: true, value: undefined } : { done, value }
    },
    async return() {
      await reader?.cancel()
      return { done: true, value: undefined }
    },
  }
}

/**
 * Whether fetch refused the URL, or the target of a redirect, instead of failing to reach it. Only
 * undici distinguishes the two; in a browser such a redirect looks like a failure of the network.
 */
function isUnusable(error: unknown): boolean {
  return /^(URL scheme|unknown scheme|Invalid URL|redirect count|cross origin not|bad port)/.test(
    messageOf(error),
  )
}

/** fetch hides the cause of its `TypeError: fetch failed` in `cause`. */
function messageOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
