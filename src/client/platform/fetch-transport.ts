import { LastbyteError } from '../../errors.js'
import type { Answer } from '../../transport/response.js'
import type { ClientRequest, Transport } from './transport.js'

/** The platform's own fetch: in browsers, and wherever nothing better is at hand. */
export function fetchTransport(fetch: typeof globalThis.fetch = globalThis.fetch): Transport {
  return async ({ url, fields, signal }: ClientRequest): Promise<Answer> => {
    // A cache in between would answer for versions of its own.
    const init = { headers: fields, signal, cache: 'no-store' }
    const response = await fetch(url, init as RequestInit).catch((cause: unknown) => {
      signal.throwIfAborted()
      if (isUnusable(cause)) {
        throw new LastbyteError('REFUSED', `Cannot request ${url}: ${textOf(cause)}`, {}, { cause })
      }
      const message = `Cannot reach ${url}: ${textOf(cause)}`
      throw new LastbyteError('UNREACHABLE', message, { url, reason: 'connection' }, { cause })
    })
    return {
      status: response.status,
      field: (name) => response.headers.get(name) ?? undefined,
      body: chunksOf(response.body),
    }
  }
}

/** A stream's chunks. Not every browser can iterate over a stream by itself. */
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
 * Whether fetch refused the URL, or one that the server redirects to, rather than failed to reach it.
 * Only undici says so; in a browser such a redirect looks like a failure of the network.
 */
function isUnusable(error: unknown): boolean {
  return /^(URL scheme|unknown scheme|Invalid URL|redirect count|cross origin not|bad port)/.test(
    textOf(error),
  )
}

function textOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
