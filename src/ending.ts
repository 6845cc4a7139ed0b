/**
 * How a body stops.
 *
 * - `valid`: the proper end of the message; it says that the body is whole.
 * - `cut`: what was accepted is flushed and the connection (HTTP/1.1) or stream (HTTP/2) ends short,
 *   so that no client can take the body for whole. The ending of a real failure, unless it can be told.
 * - `told`: these last words say what went wrong, in the body's own form; then its proper end, and the
 *   connection (HTTP/1.1) or stream (HTTP/2) closes. Only for bodies that have a form for it.
 * - `reset`: the connection is reset (TCP RST); what was accepted may be lost.
 * - `raw`: these bytes go out as they are, outside any framing, and then the connection ends.
 * - `rst-stream`, `goaway`: those frames of HTTP/2 with this code.
 */
export type Ending =
  | { readonly kind: 'valid' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'told'; readonly bytes: Uint8Array }
  | { readonly kind: 'reset' }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'rst-stream'; readonly code: number }
  | { readonly kind: 'goaway'; readonly code: number }
