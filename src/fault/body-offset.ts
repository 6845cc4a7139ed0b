import type { Slice } from '../http/byte-range.js'
import type { From } from './fault.js'

/** A piece of a body: a slice of the representation, or other bytes such as a multipart boundary. */
export type BodyPiece =
  | { readonly kind: 'literal'; readonly bytes: { readonly length: number } }
  | { readonly kind: 'slice'; readonly slice: Slice }

/**
 * Whether a slice contains an offset and the byte before it, or starts with it at 0. Neither the end of
 * a slice nor its start counts, so that a client which resumes at `at` is not affected again.
 */
export function isWithin({ start, end }: Slice, at: number): boolean {
  return (start < at || (at === 0 && start === 0)) && at < end
}

/** The bytes of the body before an offset; undefined if the body does not continue past it. */
export function positionInBody(
  pieces: readonly BodyPiece[],
  at: number,
  from: From,
): number | undefined {
  let before = 0
  for (const piece of pieces) {
    if (piece.kind === 'slice' && from === 'representation' && isWithin(piece.slice, at)) {
      return before + at - piece.slice.start
    }
    before += lengthOf(piece)
  }
  return from === 'response' && at < before ? at : undefined
}

function lengthOf(piece: BodyPiece): number {
  return piece.kind === 'literal' ? piece.bytes.length : piece.slice.end - piece.slice.start
}
