import { parseContentRange } from '../http/content-range.js'
import { pinFields } from '../resume/pin-fields.js'
import { type MediaPin, validatorOfPin } from './pinned-url.js'

/** Sends a request to another origin by CORS, with the credentials that the media element sends. */
export type SendByCors = (url: string, init: RequestInit) => Promise<Response>

/**
 * Whether the worker may pin the requests of a file of another origin. `unknown`: no response, or one that says
 * nothing about it, such as 503.
 */
export type PinPermission = 'granted' | 'denied' | 'unknown'

/**
 * Asks another origin whether the worker may read a pinned file: it must allow the request field If-Match by its
 * response to a preflight, and expose ETag and Content-Range, which few servers do unless they are told to.
 */
export async function askPinPermission(
  url: string,
  pin: MediaPin,
  send: SendByCors,
  signal: AbortSignal,
): Promise<PinPermission> {
  const fields = pinFields({ validator: validatorOfPin(pin) }, 'if-match')
  const init = { headers: { range: 'bytes=0-0', ...fields }, signal, cache: 'no-store' } as const
  const permission = () => send(url, init).then((response) => judge(response, pin))
  try {
    return await permission()
  } catch {
    // A browser hides whether the network failed or CORS forbids the request …
    const opaque = { method: 'HEAD', mode: 'no-cors', signal, cache: 'no-store' } as const
    const responds = await send(url, opaque).then(
      () => true,
      () => false,
    )
    // … but a server that responds to another request, and not to this one again, forbids it.
    return responds ? await permission().catch(() => 'denied' as const) : 'unknown'
  }
}

async function judge({ status, headers, body }: Response, pin: MediaPin): Promise<PinPermission> {
  await body?.cancel()
  // The precondition was heeded, so the origin allows it.
  if (status === 412) return 'granted'
  if (status !== 206 && status !== 200) return 'unknown'
  const isValidated = headers.has(pin.etag === undefined ? 'last-modified' : 'etag')
  const isRanged = parseContentRange(headers.get('content-range') ?? undefined) !== undefined
  return isValidated && (isRanged || status === 200) ? 'granted' : 'denied'
}
