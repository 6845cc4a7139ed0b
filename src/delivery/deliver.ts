import { releaseIterator } from '../async/release-iterator.js'
import type { Layout } from '../body/layout.js'
import type { TextSource } from '../body/text-source.js'
import { excessError, type Readable, shortError } from '../source/read-exactly.js'
import { layoutChunks, type Part, requirePart } from './body-parts.js'
import { ChunkWriter } from './chunk-writer.js'
import { type FirstRecords, recordsOf } from './first-records.js'
import type { Pace } from './pace.js'
import {
  addTrailers,
  type PendingWrite,
  type Response,
  type Trailers,
  write,
  writeEnd,
  writeHead,
} from './response-writer.js'
import { sendText } from './send-text.js'
import type { Transfer, WaitingFor } from './transfer.js'

/**
 * A body whose first chunk has been read, so that a source that fails at once becomes an error status.
 */
export interface Body<P extends Part = Uint8Array> {
  /** Bytes of the complete body; undefined where it ends with `rest`. */
  readonly length: number | undefined
  /** Cleared when it is written, so that its buffer can be freed while the client does not read. */
  first: P | undefined
  /** Where it is a source of text, its chunks are passed as text where the response allows that. */
  readonly rest: AsyncIterator<P> & Partial<TextSource>
  /** Which side the stall timer blames while no chunk is in flight. Default: the source. */
  readonly waiting?: WaitingFor
  /** The trailer fields, once `rest` has ended. Only a body of unknown length can have some. */
  readonly trailers?: (() => Trailers) | undefined
  /** Renders the error frame, where the format of the body has one. */
  readonly framing?: { failure(error: unknown): string }
}

/** Reads the first chunk. @throws LastbyteError as the representation's `read` does */
export function openBody(layout: Layout, source: Readable, transfer: Transfer): Promise<Body> {
  return openParts(layout, layoutChunks(layout, source, transfer.signal), transfer)
}

/** Reads the first of the parts. @throws LastbyteError as the source of the parts does */
export async function openParts<P extends Part>(
  { length }: Pick<Layout, 'length'>,
  rest: AsyncIterator<P>,
  transfer: Transfer,
): Promise<Body<P>> {
  transfer.waitFor('source')
  try {
    const first = (await transfer.until(rest.next())).value ?? undefined
    if (first === undefined && length > 0) throw shortError(length, length)
    if (first !== undefined) requirePart(first)
    return { length, first, rest }
  } catch (error) {
    releaseIterator(rest)
    throw error
  }
}

/**
 * Writes a body to the response, part by part. A part is read after the kernel has accepted the one
 * before, so a client that does not read costs two buffers. The message is ended only after exactly
 * `length` bytes. Without a first part, the header section is written before the body is read.
 *
 * @param count called with the number of bytes of each part that the kernel has accepted
 * @throws LastbyteError when the body could not be sent completely; the message is not ended then
 */
export async function deliver(
  body: Body<Part>,
  response: Response,
  transfer: Transfer,
  count: (bytes: number) => void,
): Promise<void> {
  const { length, rest, waiting = 'source' } = body
  let remaining = length ?? Number.POSITIVE_INFINITY
  let part = body.first
  body.first = undefined
  try {
    const limit = limitOf(transfer.pace, recordsOf(response))
    if (part === undefined && remaining > 0) {
      await transfer.during(writeHead(response))
      transfer.waitFor(waiting)
      part = (await transfer.until(rest.next())).value ?? undefined
    }
    while (part !== undefined && remaining > 0) {
      remaining -= part.length
      if (remaining < 0) throw excessError(length)
      transfer.waitFor('client')
      if ('sendTo' in part) {
        await part.sendTo(response, transfer, count)
      } else {
        if (limit) part = await sendAhead(part, limit, { response, transfer, count })
        // The write is in no variable, which would keep the chunk.
        await transfer.during(
          inTurn(
            remaining === 0 ? writeEnd(response, part) : write(response, part),
            part.length,
            transfer,
          ),
        )
        count(part.length)
        if (remaining === 0) return
      }
      // The source may send nothing for hours, in which the chunk would stay.
      part = undefined
      if (isText(rest) && transfer.pace === undefined) {
        const writer = ChunkWriter.of(response)
        if (writer !== undefined) {
          await transfer.during(sendText(rest, { writer, transfer, waiting, count }))
          break
        }
      }
      transfer.waitFor(waiting)
      part = (await transfer.until(rest.next())).value ?? undefined
    }
    if (length !== undefined && remaining > 0) throw shortError(length, remaining)
    if (body.trailers) addTrailers(response, body.trailers())
    await transfer.during(writeEnd(response))
  } finally {
    releaseIterator(rest)
  }
}

function isText<R extends Partial<TextSource>>(rest: R): rest is R & TextSource {
  return rest.pull !== undefined
}

interface Sending {
  readonly response: Response
  readonly transfer: Transfer
  readonly count: (bytes: number) => void
}

/** Limits the bytes of a write. */
interface WriteLimit {
  permit(most: number, transfer: Transfer): number | Promise<number>
}

function limitOf(
  pace: Pace | undefined,
  records: FirstRecords | undefined,
): WriteLimit | undefined {
  if (pace === undefined || records === undefined) return pace ?? records
  // What was permitted and is not sent, the pace takes back.
  return { permit: async (most, transfer) => records.permit(await pace.permit(most, transfer)) }
}

/** Writes a chunk in the pieces that a limit permits. Returns the last one, which may be sent now. */
async function sendAhead(
  chunk: Uint8Array,
  limit: WriteLimit,
  { response, transfer, count }: Sending,
): Promise<Uint8Array> {
  for (let at = 0; ; ) {
    const bytes = await limit.permit(chunk.length - at, transfer)
    if (at + bytes >= chunk.length) return chunk.subarray(at)
    await transfer.during(write(response, chunk.subarray(at, at + bytes)))
    count(bytes)
    at += bytes
  }
}

/** Minimum bytes of a write that is scheduled, since copying them delays other requests noticeably. */
const SCHEDULED_SIZE = 128 * 1024

/** Schedules a large write. It is dropped if the transfer is aborted before its turn. */
function inTurn(writing: PendingWrite, bytes: number, transfer: Transfer): PendingWrite {
  if (bytes < SCHEDULED_SIZE) return writing
  return (accepted, failed) => {
    transfer.schedule(() => {
      if (transfer.abortReason !== undefined) return 0
      writing(accepted, failed)
      return bytes
    }, failed)
  }
}
