import { isTransient } from '../resume/transient-status.js'
import { type MediaVersion, versionOf } from './media-version.js'

/** What a request for the first byte of a media file has shown. */
export type ProbeResult =
  /** The server sends the file; `version` is undefined where the page may not read the response. */
  | { readonly kind: 'available'; readonly version: MediaVersion | undefined }
  /** The server is there, but asks to come back later: 503, 429 and others. `after` in ms. */
  | { readonly kind: 'later'; readonly status: number; readonly after: number | undefined }
  /** No later request can succeed: 404, 410, 403 and others. */
  | { readonly kind: 'refused'; readonly status: number }
  /** No response at all. */
  | { readonly kind: 'unreachable' }

export interface ProbePort {
  readonly fetch: typeof fetch
  /** ms since the epoch. */
  readonly now: () => number
  /** The origin of the page; a request to another one may be forbidden by CORS. */
  readonly origin: string
  /** How `<video crossorigin>` sends its own requests. */
  readonly credentials: RequestCredentials
}

/**
 * Requests one byte, as the browser's own request for media does: rules of servers and proxies that refuse
 * GET alone are met too. The HTTP cache is not used: it would answer for a server that is down.
 */
export async function probe(
  url: string,
  { fetch, now, origin, credentials }: ProbePort,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const request = { cache: 'no-store', credentials, signal } as const
  try {
    const first = await fetch(url, { ...request, headers: { range: 'bytes=0-0' } })
    await first.body?.cancel()
    const { status } = first
    if (isTransient(status, 'any cause')) {
      return { kind: 'later', status, after: delayOf(first.headers.get('retry-after'), now()) }
    }
    // A 416 is of an empty file, whose Content-Range has the size 0.
    if (!first.ok && status !== 416) return { kind: 'refused', status }
    const version = versionOf(first)
    if (version.etag !== undefined || version.size !== undefined) {
      return { kind: 'available', version }
    }
    // Another origin that exposes neither ETag nor Content-Range: HEAD has the length of the whole.
    const head = await fetch(url, { ...request, method: 'HEAD' })
    return { kind: 'available', version: head.ok ? versionOf(head) : version }
  } catch {
    if (signal.aborted || new URL(url, origin).origin === origin) return { kind: 'unreachable' }
  }
  return probeOpaque(url, fetch, signal)
}

/** The ms of a Retry-After: seconds or a date. The parser of browsers for dates takes none of the bundle's bytes. */
function delayOf(field: string | null, now: number): number | undefined {
  const ms = /^\d+$/.test(field ?? '') ? Number(field) * 1_000 : Date.parse(field ?? '') - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** Whether a server of another origin responds at all, where CORS forbids to read what it says. */
async function probeOpaque(
  url: string,
  fetch: ProbePort['fetch'],
  signal: AbortSignal,
): Promise<ProbeResult> {
  try {
    await fetch(url, { method: 'HEAD', mode: 'no-cors', cache: 'no-store', signal })
    return { kind: 'available', version: undefined }
  } catch {
    return { kind: 'unreachable' }
  }
}
