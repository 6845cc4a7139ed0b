import type { Layout } from '../body/layout.js'
import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import type { Response } from './response-writer.js'
import type { Transfer } from './transfer.js'

/** What a body is read from. */
export interface Readable {
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** Bytes to write, or bytes that get to the client without coming through this process. */
export type Part = Uint8Array | DirectPart

export interface DirectPart {
  /** Bytes. */
  readonly length: number
  /**
   * Brings them to the client, and returns when the system has taken them all.
   *
   * @param count called with the bytes of each step
   * @throws LastbyteError when that could not be done
   */
  sendTo(response: Response, transfer: Transfer, count: (bytes: number) => void): Promise<void>
}

/** The chunks of a body; the usual single slice is read without anything in between. */
export function layoutChunks(
  layout: Layout,
  source: Readable,
  signal: AbortSignal,
): AsyncIterator<Uint8Array> {
  const [only, ...more] = layout.pieces
  return only?.kind === 'slice' && more.length === 0
    ? source.read(only.slice, signal)[Symbol.asyncIterator]()
    : piecewise(layout, source, signal)
}

async function* piecewise(
  layout: Layout,
  source: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const piece of layout.pieces) {
    if (piece.kind === 'literal') yield piece.bytes
    else yield* readExactly(source, piece.slice, signal)
  }
}

/** The chunks of a slice, which must be all of it: what follows stands at an exact place. */
export async function* readExactly(
  source: Readable,
  slice: Slice,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const length = slice.end - slice.start
  let left = length
  for await (const chunk of source.read(slice, signal)) {
    left -= chunk.length
    if (left < 0) throw excessError(length)
    yield chunk
  }
  if (left > 0) throw shortError(length, left)
}

export function excessError(length: number | undefined): LastbyteError {
  const message = `Cannot send body: its source gave more than the ${length} bytes announced`
  return new LastbyteError('SOURCE_FAILED', message, { length })
}

export function shortError(length: number, left: number): LastbyteError {
  const message = `Cannot send body: its source ended ${left} bytes before the ${length} announced`
  return new LastbyteError('SOURCE_SHORT', message, { length, left })
}
