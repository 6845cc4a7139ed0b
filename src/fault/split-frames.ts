import type { FrameForm } from '../http/frame-form.js'
import { fieldsOf } from './event-fields.js'
import type { Chunks } from './fault.js'

/** Bytes of an event that is kept until it is complete. A longer one passes in parts. */
export const MOST_FRAME_BYTES = 8 * 1024 * 1024

/**
 * A piece of a body: an event that a client dispatches, or a row, complete with the line end that completes it;
 * `other` complete lines, such as a comment or a heartbeat; or a `part` of an event that is too long, or that the end
 * of the body cuts. All bytes of the body are in one of the pieces.
 */
export type Frame =
  | { readonly kind: 'event'; readonly bytes: Buffer; readonly id: string | undefined }
  /** `id`: clients take that of a block without data too. */
  | { readonly kind: 'other'; readonly bytes: Buffer; readonly id?: string | undefined }
  | { readonly kind: 'part'; readonly bytes: Buffer }

const LF = 0x0a
const CR = 0x0d
const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const HEARTBEAT = /^\{"type":"heartbeat"\}\r?\n$/

/**
 * Divides a body into its events or rows. The pieces don't depend on how the body was divided into chunks, except
 * that the LF of a CRLF which a chunk edge divides is a piece of its own: a client dispatches the event at the CR. An
 * error of the body is thrown after the bytes before it. The time is linear in the bytes, also for chunks of one
 * byte.
 */
export async function* splitFrames(chunks: Chunks, form: FrameForm): AsyncGenerator<Frame> {
  const splitter = new Splitter(form)
  try {
    for await (const chunk of chunks) yield* splitter.push(chunk)
  } catch (error) {
    yield* splitter.rest()
    throw error
  }
  yield* splitter.rest()
}

class Splitter {
  /** Copies of the parts of an incomplete frame: a chunk is valid until the next is requested. */
  #parts: Buffer[] = []
  #size = 0
  /** Whether the current line has no bytes so far. A body begins with an empty line. */
  #lineIsEmpty = true
  /** Whether the last byte was a CR: an LF then belongs to the same line end. */
  #afterCr = false
  /** Whether a CR has completed the frame before: an LF then belongs to that frame. */
  #completedByCr = false
  /** Whether the parts of a frame that is too long have passed already. */
  #isTooLong = false
  /** The bytes of a byte order mark that have been received; undefined once that is decided. */
  #mark: number | undefined = 0

  constructor(private readonly form: FrameForm) {}

  *push(chunk: Uint8Array): Generator<Frame> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    let start = 0
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] as number
      const isMark = this.#isMark(byte)
      if (this.#completedByCr) {
        this.#completedByCr = false
        if (byte === LF) {
          this.#afterCr = false
          yield { kind: 'other', bytes: Buffer.from([LF]) }
          start = at + 1
          continue
        }
      }
      if (isMark !== 'no') {
        if (isMark === 'complete') {
          yield* this.#complete(bytes.subarray(start, at + 1), 'mark')
          start = at + 1
        }
        continue
      }
      if (!this.#ends(byte)) continue
      // The LF of a CRLF in the same chunk belongs to the frame.
      const withLf = byte === CR && bytes[at + 1] === LF
      const end = at + (withLf ? 2 : 1)
      yield* this.#complete(bytes.subarray(start, end), 'frame')
      this.#completedByCr = byte === CR && !withLf
      this.#afterCr = false
      this.#lineIsEmpty = true
      start = end
      at = end - 1
    }
    if (start === bytes.length) return
    this.#parts.push(Buffer.from(bytes.subarray(start)))
    this.#size += bytes.length - start
    if (this.#size > MOST_FRAME_BYTES) {
      this.#isTooLong = true
      yield* this.rest()
    }
  }

  /** The bytes of a frame that is not complete. */
  *rest(): Generator<Frame> {
    const parts = this.#parts.splice(0)
    this.#size = 0
    for (const bytes of parts) yield { kind: 'part', bytes }
  }

  /** Whether a byte completes the frame: the blank line of an event, or the LF of a row. */
  #ends(byte: number): boolean {
    if (this.form === 'lines') return byte === LF
    const isSecond = byte === LF && this.#afterCr
    this.#afterCr = byte === CR
    if (isSecond) return false
    if (byte !== CR && byte !== LF) {
      this.#lineIsEmpty = false
      return false
    }
    const isBlank = this.#lineIsEmpty
    this.#lineIsEmpty = true
    return isBlank
  }

  /** Whether a byte belongs to the byte order mark that a body of UTF-8 may begin with. */
  #isMark(byte: number): 'no' | 'part' | 'complete' {
    if (this.#mark === undefined) return 'no'
    if (byte !== BOM[this.#mark]) {
      if (this.#mark > 0) this.#lineIsEmpty = false
      this.#mark = undefined
      return 'no'
    }
    this.#mark += 1
    if (this.#mark < BOM.length) return 'part'
    this.#mark = undefined
    return 'complete'
  }

  *#complete(last: Buffer, as: 'frame' | 'mark'): Generator<Frame> {
    if (this.#isTooLong) {
      this.#isTooLong = false
      yield* this.rest()
      yield { kind: 'part', bytes: Buffer.from(last) }
      return
    }
    const bytes =
      this.#parts.length === 0 ? Buffer.from(last) : Buffer.concat([...this.#parts, last])
    this.#parts = []
    this.#size = 0
    yield as === 'mark' ? { kind: 'other', bytes } : this.#frame(bytes)
  }

  #frame(bytes: Buffer): Frame {
    if (this.form === 'lines') {
      const isRow = !isBlank(bytes) && !HEARTBEAT.test(bytes.toString('latin1', 0, 32))
      return isRow ? { kind: 'event', bytes, id: undefined } : { kind: 'other', bytes }
    }
    const fields = fieldsOf(bytes)
    // Clients ignore an id with a NUL.
    const id = fields.findLast(({ name, value }) => name === 'id' && !value.includes('\0'))?.value
    return { kind: fields.some(({ name }) => name === 'data') ? 'event' : 'other', bytes, id }
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length <= 2 && bytes.toString('latin1').trim() === ''
}
