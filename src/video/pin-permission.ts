import { parseContentRange } from '../http/content-range.js'
import { pinFields } from '../resume/pin-fields.js'
import type { MediaPin } from './pinned-url.js'

export interface PinPermissionPort {
  readonly fetch: typeof fetch
  /** The origin of the page. */
  readonly origin: string
  readonly credentials: RequestCredentials
}

/**
 * Whether the worker may read a pinned file. Another origin must allow the request fields Range and If-Match by its
 * response to a preflight, and expose ETag and Content-Range: `@fastify/cors` and others do so only if configured.
 * Without, its media are played as before, by the requests of the browser.
 */
export async function mayPin(
  url: string,
  pin: MediaPin,
  { fetch, origin, credentials }: PinPermissionPort,
  signal: AbortSignal,
): Promise<boolean> {
  if (new URL(url, origin).origin === origin) return true
  const { etag, lastModified = '' } = pin
  const validator =
    etag === undefined
      ? ({ kind: 'date', lastModified } as const)
      : ({ kind: 'strong', etag } as const)
  const headers = { range: 'bytes=0-0', ...pinFields({ validator }, 'if-match') }
  try {
    const response = await fetch(url, { headers, credentials, signal, cache: 'no-store' })
    await response.body?.cancel()
    if (response.status === 200) return pin.ranges === 'none' && isOf(pin, response.headers)
    const range = parseContentRange(response.headers.get('content-range') ?? undefined)
    return response.status === 206 && range !== undefined && isOf(pin, response.headers)
  } catch {
    return false
  }
}

function isOf({ etag, lastModified }: MediaPin, headers: Headers): boolean {
  return etag === undefined
    ? headers.get('last-modified') === lastModified
    : headers.get('etag') === etag
}
