import type { Slice } from '../http/byte-range.js'

/** A body in pieces: text of our own between slices of the representation. */
export interface Layout {
  readonly contentType: string
  /** Bytes of all pieces: the Content-Length. */
  readonly length: number
  readonly pieces: readonly Piece[]
}

export type Piece =
  | { readonly kind: 'literal'; readonly bytes: Uint8Array }
  | { readonly kind: 'slice'; readonly slice: Slice }
