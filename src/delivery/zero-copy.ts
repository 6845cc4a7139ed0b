import type { Layout } from '../body/layout.js'
import type { Slice } from '../http/byte-range.js'
import type { NativeBindings } from '../native/bindings.js'
import type { SendableFile } from '../source/byte-source.js'
import { type Part, type Readable, readExactly } from './body-parts.js'
import { readNonblocking } from './nonblocking-read.js'
import { SendfilePart } from './sendfile-part.js'

/** Bytes of a slice from which on the system sends it by itself: below, copying is as fast. */
const LEAST = 192 * 1024
/** Bytes that are read before the headers, so that a file that can't be read is a status. */
const FIRST = 64
/** Bytes that are held back until all before them have arrived, unchanged. */
const LAST = 16 * 1024

/** A source whose file the system can send. */
export interface SendableSource extends Readable {
  readonly sendable: SendableFile
}

/** Lets the system send slices of files by itself: their bytes never come through this process. */
export class ZeroCopy {
  constructor(private readonly calls: NativeBindings) {}

  /** Whether a layout, or a slice of it, is worth it. */
  isFor({ pieces }: Layout): boolean {
    return pieces.some((piece) => piece.kind === 'slice' && isLong(piece.slice))
  }

  /**
   * The parts of a layout. The first bytes are read here, so that a failure can be told, and so are the
   * last: what is handed to the system as it is may still change on its way, so the body is completed
   * only after all before has arrived and the file has been seen to be what it was.
   */
  async *parts(
    { pieces }: Layout,
    source: SendableSource,
    signal: AbortSignal,
  ): AsyncGenerator<Part> {
    // What follows it, if anything, is copied, and goes out only after it has arrived.
    const last = pieces.findLastIndex((piece) => piece.kind === 'slice' && isLong(piece.slice))
    for (const [index, piece] of pieces.entries()) {
      if (piece.kind === 'literal') {
        yield piece.bytes
      } else if (!isLong(piece.slice)) {
        yield* readExactly(source, piece.slice, signal)
      } else {
        const { start, end } = piece.slice
        const from = index === 0 ? start + FIRST : start
        const to = index === last ? end - LAST : end
        if (from > start) yield* this.#copied(source, { start, end: from }, signal)
        yield new SendfilePart(this.calls, source.sendable, {
          slice: { start: from, end: to },
          until: to < end ? 'arrived' : 'taken',
        })
        if (to < end) yield* this.#copied(source, { start: to, end }, signal)
      }
    }
  }

  /** A short slice: in this turn if it is in memory. */
  async *#copied(
    source: SendableSource,
    slice: Slice,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const window = { position: slice.start, length: slice.end - slice.start }
    const atOnce = readNonblocking(this.calls, source.sendable, window)
    if (atOnce?.length === window.length) yield atOnce
    else yield* readExactly(source, slice, signal)
  }
}

function isLong({ start, end }: Slice): boolean {
  return end - start >= LEAST
}
