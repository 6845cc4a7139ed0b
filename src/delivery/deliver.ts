import type { Layout } from '../body/layout.js'
import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import { finish, type Response, write, writeHead } from './response-writer.js'
import type { Transfer, Waiting } from './transfer.js'

/**
 * A body that has been laid out and of which the first chunk is already read, so that a source that
 * fails at once can still be answered with a status.
 */
export interface Body {
  /** Bytes after which it is whole; undefined where only the end of `rest` tells. */
  readonly length: number | undefined
  readonly first: Uint8Array | undefined
  readonly rest: AsyncIterator<Uint8Array>
  /** Whom the transfer waits for between two chunks, if not its source. */
  readonly waiting?: Waiting
  /** What the body says of a failure, in its own form, where it has one. */
  readonly lastWords?: (error: unknown) => Uint8Array
}

/** What a body is read from. */
export interface Readable {
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** Reads the first chunk. @throws LastbyteError as the representation's `read` does */
export async function openBody(
  layout: Layout,
  source: Readable,
  transfer: Transfer,
): Promise<Body> {
  const rest = chunksOf(layout, source, transfer.signal)
  transfer.waitFor('source')
  try {
    const first = (await transfer.until(rest.next())).value ?? undefined
    if (first === undefined && layout.length > 0) throw tooShort(layout.length, layout.length)
    return { length: layout.length, first, rest }
  } catch (error) {
    abandon(rest)
    throw error
  }
}

/**
 * Writes a body to the reply, chunk by chunk: a chunk is asked for when the one before has been
 * taken, so a client that does not read holds one pair of buffers and no more. Ends the message only
 * after exactly `length` bytes. A body without its first chunk gets its headers out before it is read.
 *
 * @param count called with the bytes of each chunk that the system has taken
 * @throws LastbyteError when the body could not be sent whole; nothing was ended then
 */
export async function deliver(
  { length, first, rest, waiting = 'source' }: Body,
  response: Response,
  transfer: Transfer,
  count: (bytes: number) => void,
): Promise<void> {
  let left = length ?? Number.POSITIVE_INFINITY
  let chunk = first
  try {
    if (chunk === undefined && left > 0) {
      await transfer.during(writeHead(response))
      transfer.waitFor(waiting)
      chunk = (await transfer.until(rest.next())).value ?? undefined
    }
    while (chunk !== undefined && left > 0) {
      left -= chunk.length
      if (left < 0) throw excess(length)
      transfer.waitFor('client')
      await transfer.during(left === 0 ? finish(response, chunk) : write(response, chunk))
      count(chunk.length)
      if (left === 0) return
      transfer.waitFor(waiting)
      chunk = (await transfer.until(rest.next())).value ?? undefined
    }
    if (length !== undefined && left > 0) throw tooShort(length, left)
    await transfer.during(finish(response))
  } finally {
    abandon(rest)
  }
}

/** The chunks of a body; the usual single slice is read without anything in between. */
function chunksOf(
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
    else yield* exactly(source.read(piece.slice, signal), piece.slice.end - piece.slice.start)
  }
}

/** The chunks of a slice, which must be all of it: what follows stands at an exact place. */
async function* exactly(
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array> {
  let left = length
  for await (const chunk of chunks) {
    left -= chunk.length
    if (left < 0) throw excess(length)
    yield chunk
  }
  if (left > 0) throw tooShort(length, left)
}

/** Lets a reader end in its own time: one that hangs in a read must not hold the client up. */
function abandon(chunks: AsyncIterator<Uint8Array>): void {
  chunks.return?.()?.catch(() => {})
}

function excess(length: number | undefined): LastbyteError {
  const message = `Cannot send body: its source gave more than the ${length} bytes announced`
  return new LastbyteError('SOURCE_FAILED', message, { length })
}

function tooShort(length: number, left: number): LastbyteError {
  const message = `Cannot send body: its source ended ${left} bytes before the ${length} announced`
  return new LastbyteError('SOURCE_SHORT', message, { length, left })
}
