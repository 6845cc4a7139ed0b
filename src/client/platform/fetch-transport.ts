import { releaseIterator } from '../../async/release-iterator.js'
import { LastbyteError } from '../../errors.js'
import { parseUrl } from '../../http/parse-url.js'
import { withoutSecrets } from '../../http/request-url.js'
import type { Answer } from '../../transport/response.js'
import {
  followRedirects,
  type Hop,
  type InsecureRedirects,
  insecureRedirect,
  isInsecure,
} from './follow-redirects.js'
import type { Transport } from './transport.js'

/**
 * Sends requests with the platform's fetch, for browsers and other runtimes without node:http. Redirects are followed
 * here where fetch shows them. A browser hides them: it follows them itself, refuses http: to a page of https:, and
 * its response is refused where its URL is not of https: and the request's was.
 */
export function fetchTransport(
  fetch: typeof globalThis.fetch = globalThis.fetch,
  insecure: InsecureRedirects = 'refused',
): Transport {
  let redirect: 'manual' | 'follow' = 'manual'
  const sendHop = async (hop: Hop): Promise<Answer> => {
    let response = await request(fetch, hop, redirect)
    if (response.type === 'opaqueredirect') {
      redirect = 'follow'
      response = await request(fetch, hop, redirect)
    }
    const answer = answerOf(response)
    const end = parseUrl(response.url) ?? hop.url
    if (insecure === 'allowed' || !isInsecure(hop.url, end)) return answer
    releaseIterator(answer.body)
    throw insecureRedirect({ ...hop, url: hop.url.href }, answer, end)
  }
  return (request) => followRedirects(request, insecure, sendHop)
}

async function request(
  fetch: typeof globalThis.fetch,
  { url, fields, signal }: Hop,
  redirect: 'manual' | 'follow',
): Promise<Response> {
  // A cache could combine ranges of versions that it has stored.
  const init = { headers: fields, signal, redirect, cache: 'no-store' }
  return await fetch(url.href, init as RequestInit).catch((cause: unknown) => {
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
}

function answerOf({ status, headers, body, redirected: isRedirected }: Response): Answer {
  return {
    status,
    field: (name) => headers.get(name) ?? undefined,
    body: chunksOf(body),
    isDecoded: isDecoded(headers.get('content-encoding')),
    isRedirected,
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
