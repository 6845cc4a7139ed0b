import type { Layout } from '../body/layout.js'
import { LastbyteError } from '../errors.js'
import type { Representation } from '../source/byte-source.js'
import { finish, type Response, write } from './response-writer.js'
import type { Transfer } from './transfer.js'

/**
 * A body that has been laid out and of which the first chunk is already read, so that a source that
 * fails at once can still be answered with a status.
 */
export interface Body {
  readonly layout: Layout
  readonly first: Uint8Array | undefined
  readonly rest: AsyncIterator<Uint8Array>
}

/** Reads the first chunk. @throws LastbyteError as the representation's `read` does */
export async function openBody(
  layout: Layout,
  representation: Representation,
  transfer: Transfer,
): Promise<Body> {
  const rest = chunksOf(layout, representation, transfer.signal)
  transfer.waitFor('source')
  try {
    const first = (await transfer.until(rest.next())).value ?? undefined
    if (first === undefined && layout.length > 0) throw tooShort(layout.length, layout.length)
    return { layout, first, rest }
  } catch (error) {
    abandon(rest)
    throw error
  }
}

/**
 * Writes a body to the reply, chunk by chunk: a chunk is asked for when the one before has been
 * taken, so a client that does not read holds one pair of buffers and no more. Ends the message only
 * after exactly `layout.length` bytes.
 *
 * @param count called with the bytes of each chunk that the system has taken
 * @throws LastbyteError when the body could not be sent whole; nothing was ended then
 */
export async function deliver(
  { layout, first, rest }: Body,
  response: Response,
  transfer: Transfer,
  count: (bytes: number) => void,
): Promise<void> {
  let left = layout.length
  let chunk = first
  try {
    while (chunk !== undefined && left > 0) {
      left -= chunk.length
      if (left < 0) throw excess(layout.length)
      transfer.waitFor('client')
      await transfer.until(left === 0 ? finish(response, chunk) : write(response, chunk))
      count(chunk.length)
      if (left === 0) return
      transfer.waitFor('source')
      chunk = (await transfer.until(rest.next())).value ?? undefined
    }
    if (left > 0) throw tooShort(layout.length, left)
    await transfer.until(finish(response))
  } finally {
    abandon(rest)
  }
}

/** The chunks of a body; the usual single slice is read without anything in between. */
function chunksOf(
  layout: Layout,
  representation: Representation,
  signal: AbortSignal,
): AsyncIterator<Uint8Array> {
  const [only, ...more] = layout.pieces
  return only?.kind === 'slice' && more.length === 0
    ? representation.read(only.slice, signal)[Symbol.asyncIterator]()
    : piecewise(layout, representation, signal)
}

async function* piecewise(
  layout: Layout,
  representation: Representation,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const piece of layout.pieces) {
    if (piece.kind === 'literal') yield piece.bytes
    else
      yield* exactly(representation.read(piece.slice, signal), piece.slice.end - piece.slice.start)
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

function excess(length: number): LastbyteError {
  const message = `Cannot send body: its source gave more than the ${length} bytes announced`
  return new LastbyteError('SOURCE_FAILED', message, { length })
}

function tooShort(length: number, left: number): LastbyteError {
  const message = `Cannot send body: its source ended ${left} bytes before the ${length} announced`
  return new LastbyteError('SOURCE_SHORT', message, { length, left })
}
