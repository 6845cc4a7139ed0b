import type { Layout } from '../body/layout.js'
import { LastbyteError } from '../errors.js'
import { type Readable, readExactly } from '../source/read-exactly.js'
import type { Response } from './response-writer.js'
import type { Transfer } from './transfer.js'

/** Bytes to write, or a range that the kernel sends without a copy through this process. */
export type Part = Uint8Array | DirectPart

export interface DirectPart {
  /** Bytes. */
  readonly length: number
  /**
   * Sends the bytes; resolves when the kernel has accepted all of them.
   *
   * @param count called with the number of bytes of each step
   * @throws LastbyteError CLIENT_GONE, SOURCE_FAILED, REPRESENTATION_CHANGED
   */
  sendTo(response: Response, transfer: Transfer, count: (bytes: number) => void): Promise<void>
}

/** The chunks of a body. A single slice, the usual case, is read without another generator, for speed. */
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

/** Checks what a source of the application has yielded. @throws LastbyteError SOURCE_FAILED */
export function requirePart(part: Part): void {
  if (part instanceof Uint8Array || (typeof part === 'object' && 'sendTo' in part)) return
  const message = `Cannot send body: its source yielded a value of type ${typeof part}, expected bytes`
  throw new LastbyteError('SOURCE_FAILED', message)
}
