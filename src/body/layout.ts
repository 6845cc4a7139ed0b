import type { Slice } from '../http/byte-range.js'

/** The pieces of a body: slices of the representation, and literal bytes between them. */
export interface Layout {
  /** undefined: the response has no Content-Type. */
  readonly contentType: string | undefined
  /** Bytes of all pieces together: the Content-Length. */
  readonly length: number
  readonly pieces: readonly Piece[]
}

export type Piece =
  | { readonly kind: 'literal'; readonly bytes: Uint8Array }
  | { readonly kind: 'slice'; readonly slice: Slice }
