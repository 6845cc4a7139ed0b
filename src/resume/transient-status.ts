/** 500, 502, 503, 504: the server, or one behind it, has failed for the moment. */
const SERVER_FAILURES = new Set([500, 502, 503, 504])
/** 408, 425, 429: the request came too slowly, too early or too often. */
const REQUEST_TIMING = new Set([408, 425, 429])

/**
 * Whether the same request may succeed a moment later (RFC 9110 §15, RFC 8470, RFC 6585).
 *
 * `server failure` is for the first request to an upstream. A 408, 425 or 429 to it is about the client
 * whose request is forwarded, so it is passed on to that client instead of being retried for it.
 */
export function isTransient(status: number, cause: 'any cause' | 'server failure'): boolean {
  return SERVER_FAILURES.has(status) || (cause === 'any cause' && REQUEST_TIMING.has(status))
}
