/**
 * How delivery ends a response body.
 *
 * - `valid`: the message is completed; the client takes the body for complete.
 * - `cut`: accepted bytes are flushed, then the connection (HTTP/1.1) or stream (HTTP/2) ends short, so
 *   that no client takes the body for complete. The default for a failure after the headers.
 * - `error-frame`: `bytes` describe the failure in the body's own format (SSE, NDJSON); then the
 *   message is completed and the connection (HTTP/1.1) or stream (HTTP/2) closes.
 * - `reset`: the connection is reset (TCP RST); accepted bytes may be lost.
 * - `raw`: `bytes` are written to the connection outside of any framing, then the connection ends.
 * - `rst-stream`, `goaway`: an HTTP/2 frame of that type with this error code (RFC 9113 §6.4, §6.8).
 */
export type Ending =
  | { readonly kind: 'valid' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'error-frame'; readonly bytes: Uint8Array }
  | { readonly kind: 'reset' }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'rst-stream'; readonly code: number }
  | { readonly kind: 'goaway'; readonly code: number }
