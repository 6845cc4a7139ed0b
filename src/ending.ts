/**
 * How a body stops.
 *
 * - `valid`: the proper end of the message; it says that the body is whole.
 * - `cut`: what was accepted is flushed and the connection (HTTP/1.1) or stream (HTTP/2) ends short,
 *   so that no client can take the body for whole.
 */
export type Ending = { readonly kind: 'valid' } | { readonly kind: 'cut' }
