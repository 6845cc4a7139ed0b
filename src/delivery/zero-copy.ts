import type { Socket } from 'node:net'
import type { Layout } from '../body/layout.js'
import { layoutRaw } from '../body/raw.js'
import type { Slice } from '../http/byte-range.js'
import type { NativeBindings } from '../native/bindings.js'
import { type Readable, readExactly } from '../source/read-exactly.js'
import type { Representation, RepresentationPart } from '../source/representation.js'
import type { SendableFile } from '../source/sendable-file.js'
import type { Part } from './body-parts.js'
import { FilePart } from './file-part.js'
import { readNonblocking } from './nonblocking-read.js'
import { COPYING_GUARDS, type SendGuards } from './send-guard.js'

/** Minimum bytes of a slice that native calls send; a chunk of fewer bytes is as fast. */
const MIN_SLICE = 192 * 1024
/** Bytes that are read before the header section, so that an unreadable file becomes an error status. */
const HEAD_BYTES = 64
/** Bytes that are sent only after all bytes before them are acknowledged and the file is unchanged. */
const TAIL_BYTES = 16 * 1024

/** A source whose file native calls can send. */
export interface SendableSource extends Readable {
  readonly sendable: SendableFile
}

/** The file of a body, and the connection that it is sent on. */
export interface Destination {
  readonly source: SendableSource
  readonly socket: Socket
  readonly signal: AbortSignal
}

/** A body that is composed of files, and the connection that it is sent on. */
export interface CompositeDestination {
  readonly source: Required<Pick<Representation, 'parts'>>
  readonly socket: Socket
  readonly signal: AbortSignal
}

/** Sends slices of files by native calls: by sendfile where the guards accept it, or else by copy. */
export class ZeroCopy {
  constructor(
    private readonly calls: NativeBindings,
    private readonly guards: SendGuards,
  ) {}

  /** Whether a slice of the layout is long enough for native calls. */
  isFor({ pieces }: Layout): boolean {
    return pieces.some((piece) => piece.kind === 'slice' && isLong(piece.slice))
  }

  /**
   * The parts of a layout. The first bytes are read here, so that a failure becomes an error status. With
   * sendfile, the last bytes are read as well: it queues references to pages that may still change, so the
   * body is completed only after all other bytes are acknowledged and the file is still the same version.
   */
  async *parts({ pieces }: Layout, { source, socket, signal }: Destination): AsyncGenerator<Part> {
    const { sendable } = source
    const isQueued = this.guards.accepts(sendable, socket)
    const guards = isQueued ? this.guards : COPYING_GUARDS
    // The parts behind the last long slice are copied, and sent only after it is acknowledged.
    const last = pieces.findLastIndex((piece) => piece.kind === 'slice' && isLong(piece.slice))
    for (const [index, piece] of pieces.entries()) {
      if (piece.kind === 'literal') {
        yield piece.bytes
      } else if (!isLong(piece.slice)) {
        yield* readExactly(source, piece.slice, signal)
      } else {
        const { start, end } = piece.slice
        const from = index === 0 ? start + HEAD_BYTES : start
        const to = isQueued && index === last ? end - TAIL_BYTES : end
        if (from > start) yield* this.#copied(source, { start, end: from }, signal)
        const until = to < end ? 'acknowledged' : guards.until
        const range = { slice: { start: from, end: to }, until } as const
        yield new FilePart(this.calls, sendable, range, guards)
        if (to < end) yield* this.#copied(source, { start: to, end }, signal)
      }
    }
  }

  /**
   * The parts of a layout whose source is composed of others: each long range of them is sent as one of a whole file,
   * and is complete before the next part.
   */
  async *compositeParts(
    { pieces }: Layout,
    { source, socket, signal }: CompositeDestination,
  ): AsyncGenerator<Part> {
    for (const piece of pieces) {
      if (piece.kind === 'literal') {
        yield piece.bytes
        continue
      }
      for await (const part of source.parts(piece.slice, signal, isSendable)) {
        if (part instanceof Uint8Array) yield part
        else {
          const { representation, slice } = part
          const member = representation as SendableSource
          yield* this.parts(layoutRaw(slice, undefined), { source: member, socket, signal })
        }
      }
    }
  }

  /** A short slice. It is read synchronously if it is in the page cache. */
  async *#copied(
    source: SendableSource,
    slice: Slice,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const window = { position: slice.start, length: slice.end - slice.start }
    const cached = readNonblocking(this.calls, source.sendable, window)
    if (cached?.length === window.length) yield cached
    else yield* readExactly(source, slice, signal)
  }
}

function isSendable({ representation, slice }: RepresentationPart): boolean {
  return representation.sendable !== undefined && isLong(slice)
}

function isLong({ start, end }: Slice): boolean {
  return end - start >= MIN_SLICE
}
