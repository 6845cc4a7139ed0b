import type { Layout } from '../body/layout.js'
import { excessError, layoutChunks, type Part, type Readable, shortError } from './body-parts.js'
import { type PendingWrite, type Response, write, writeEnd, writeHead } from './response-writer.js'
import type { Transfer, WaitingFor } from './transfer.js'

/**
 * A body that has been laid out and of which the first chunk is already read, so that a source that
 * fails at once can still be answered with a status.
 */
export interface Body<P extends Part = Uint8Array> {
  /** Bytes after which it is whole; undefined where only the end of `rest` tells. */
  readonly length: number | undefined
  /** Until the delivery takes it: nothing else is to hold a buffer for a client that does not read. */
  first: P | undefined
  readonly rest: AsyncIterator<P>
  /** Whom the transfer waits for between two chunks, if not its source. */
  readonly waiting?: WaitingFor
  /** What the body says of a failure, in its own form, where it has one. */
  readonly errorFrame?: (error: unknown) => Uint8Array
}

/** Reads the first chunk. @throws LastbyteError as the representation's `read` does */
export function openBody(layout: Layout, source: Readable, transfer: Transfer): Promise<Body> {
  return openParts(layout, layoutChunks(layout, source, transfer.signal), transfer)
}

/** The same for parts that have been made of a layout already. */
export async function openParts<P extends Part>(
  { length }: Layout,
  rest: AsyncIterator<P>,
  transfer: Transfer,
): Promise<Body<P>> {
  transfer.waitFor('source')
  try {
    const first = (await transfer.until(rest.next())).value ?? undefined
    if (first === undefined && length > 0) throw shortError(length, length)
    return { length, first, rest }
  } catch (error) {
    abandon(rest)
    throw error
  }
}

/**
 * Writes a body to the reply, part by part: a part is asked for when the one before has been taken,
 * so a client that does not read holds one pair of buffers and no more. Ends the message only after
 * exactly `length` bytes. A body without its first part gets its headers out before it is read.
 *
 * @param count called with the bytes of each part that the system has taken
 * @throws LastbyteError when the body could not be sent whole; nothing was ended then
 */
export async function deliver(
  body: Body<Part>,
  response: Response,
  transfer: Transfer,
  count: (bytes: number) => void,
): Promise<void> {
  const { length, rest, waiting = 'source' } = body
  let left = length ?? Number.POSITIVE_INFINITY
  let part = body.first
  body.first = undefined
  try {
    if (part === undefined && left > 0) {
      await transfer.during(writeHead(response))
      transfer.waitFor(waiting)
      part = (await transfer.until(rest.next())).value ?? undefined
    }
    while (part !== undefined && left > 0) {
      left -= part.length
      if (left < 0) throw excessError(length)
      transfer.waitFor('client')
      if ('sendTo' in part) {
        await part.sendTo(response, transfer, count)
      } else {
        const writing = left === 0 ? writeEnd(response, part) : write(response, part)
        await transfer.during(part.length < MUCH ? writing : inTurn(writing, part.length, transfer))
        count(part.length)
        if (left === 0) return
      }
      transfer.waitFor(waiting)
      part = (await transfer.until(rest.next())).value ?? undefined
    }
    if (length !== undefined && left > 0) throw shortError(length, left)
    await transfer.during(writeEnd(response))
  } finally {
    abandon(rest)
  }
}

/** Bytes from which on to copy them takes long enough for others to have their turn first. */
const MUCH = 128 * 1024

/** The same when its turn has come, unless it is to be no more by then. */
function inTurn(writing: PendingWrite, bytes: number, transfer: Transfer): PendingWrite {
  return (taken, failed) => {
    transfer.schedule(() => {
      if (transfer.signal.aborted) return 0
      writing(taken, failed)
      return bytes
    }, failed)
  }
}

/** Lets a reader end in its own time: one that hangs in a read must not hold the client up. */
function abandon(parts: AsyncIterator<Part>): void {
  parts.return?.()?.catch(() => {})
}
