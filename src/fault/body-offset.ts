import type { Slice } from '../http/byte-range.js'
import type { From } from './fault.js'

/** A piece of a body: text between slices, or a slice of the representation. */
export type BodyPiece =
  | { readonly kind: 'literal'; readonly bytes: { readonly length: number } }
  | { readonly kind: 'slice'; readonly slice: Slice }

/**
 * Whether a slice sends the byte before `at` and goes on past it, or starts with it at 0. So the end
 * of a slice is no place in it, nor is its start: who goes on from there passes.
 */
export function isWithin({ start, end }: Slice, at: number): boolean {
  return (start < at || (at === 0 && start === 0)) && at < end
}

/** The bytes of the body before a place, or undefined where the body does not go past it. */
export function placeInBody(
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
