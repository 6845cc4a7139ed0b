import { LastbyteError } from '../../errors.js'
import { parseDigest } from '../../http/digest-value.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import type { DataFrame, Frame, RowFrame } from '../../http/frame.js'
import { parseStreamId, type StreamPosition } from '../../http/stream-id.js'
import { type Hash, requireDigest } from '../platform/hash.js'
import { brokenStream, failedStep, type Step, streamErrorOf } from './reconnecting-stream.js'

/**
 * A frame that a client received: any number of `data` frames, then one `end` frame.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { readFrames, type ReceivedFrame } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 *
 * let last: ReceivedFrame | undefined
 * for await (const frame of readFrames(`${server.url}/clip.mp4?start=5&end=15`)) last = frame
 * assert.equal(last?.type, 'end')
 * assert.equal(last.type === 'end' && last.size, 10)
 * await server.close()
 * ```
 */
export type ReceivedFrame =
  /** Bytes of a representation; `offset` is the position of the first one. */
  | { readonly type: 'data'; readonly offset: number; readonly bytes: Uint8Array }
  /** A row of an application; `offset` is the number of rows before it. */
  | { readonly type: 'data'; readonly offset: number; readonly row: unknown }
  /**
   * The last frame. `size`: bytes or rows in all; `digest`: of the bytes, as in a Repr-Digest field
   * (RFC 9530 §3), if the server announces it.
   */
  | { readonly type: 'end'; readonly size: number; readonly digest?: string }

/** Where a stream of frames starts. */
export type StreamStart =
  /** At the beginning of what the query of its URL selects; `hash` is of these bytes. */
  | { readonly hash: Hash; readonly query: string }
  /** After the frame with this id. */
  | { readonly lastEventId: string }

/**
 * Checks the frames of one stream across its connections: no other first frame than the requested one, no gap,
 * no duplicate, one version, and the announced size and digest at the end.
 */
export class FrameChecker {
  /** The offset of the next frame; undefined before the first one. */
  next: number | undefined
  /** The entity tag of the version that is read; undefined if the server sends no strong one. */
  etag: string | undefined
  /** Bytes or rows that were passed on. */
  #received = 0
  /** The entity tag in the ids of the frames that were passed on, for a response whose ETag is lost on its way. */
  #idTag: string | undefined
  /** The offsets that the first frame may have; undefined after an id that names none. */
  readonly #first: FirstOffsets | undefined
  /** Whether bytes were passed on, not rows. */
  #hasBytes = false
  /** undefined for a stream that starts after an id, whose size and digest can't be checked. */
  readonly #hash: Hash | undefined
  /** Set if the connection is of another version than the id that the stream starts after. */
  #changed: LastbyteError | undefined

  constructor(start: StreamStart) {
    if ('hash' in start) {
      this.#hash = start.hash
      this.#first = firstOffsets(start.query)
      return
    }
    // A server that ignores Last-Event-ID must not be able to send these bytes once more.
    const position = parseStreamId(start.lastEventId)
    if (position.kind === 'position') {
      this.next = position.offset
      this.etag = position.etag
      this.#idTag = position.etag
    }
  }

  /** Whether the version of the frames is known, so that frames of another one are noticed. Rows have none. */
  get isIdentified(): boolean {
    return !this.#hasBytes || (this.etag ?? this.#idTag) !== undefined
  }

  /**
   * Starts a connection.
   *
   * @param field the ETag of its response
   * @throws LastbyteError REPRESENTATION_CHANGED if frames of another version were passed on before
   */
  begin(field: string | undefined): void {
    const etag = parseEntityTag(field)?.weak === false ? field : undefined
    this.#changed = undefined
    if (this.next === undefined || etag === this.etag) {
      this.etag = etag
      return
    }
    const error = changed(this.next, `ETag ${this.etag}`, field)
    if (this.#received > 0) throw error
    // The server may report the change in an error frame, which has more details.
    this.#changed = error
  }

  /** Checks a frame. @param frame undefined for data that is not a frame; `id`: of its event */
  take(frame: Frame | undefined, id = ''): Step<ReceivedFrame>[] {
    switch (frame?.type) {
      case undefined:
        return [failedStep(brokenStream('expected a frame; received other data'))]
      case 'heartbeat':
        return []
      case 'error':
        return [failedStep(streamErrorOf(frame.error))]
      case 'end':
        if (this.#changed !== undefined) return [failedStep(this.#changed)]
        return this.#end(frame.size, frame.digest)
      case 'data':
        return [this.#data(frame, parseStreamId(id))]
    }
  }

  #data(frame: DataFrame | RowFrame, position: StreamPosition): Step<ReceivedFrame> {
    if (this.#changed !== undefined) return failedStep(this.#changed)
    const problem = this.#offsetProblem(frame)
    if (problem !== undefined) return failedStep(problem)
    if (position.kind === 'position') {
      const { etag } = position
      if (this.#idTag !== undefined && etag !== this.#idTag) {
        return failedStep(changed(frame.offset, `ids of version ${this.#idTag}`, etag))
      }
      this.#idTag = etag
    }
    return { kind: 'item', item: 'row' in frame ? this.#row(frame) : this.#bytes(frame) }
  }

  /** The error of a frame that is not the next one. */
  #offsetProblem(frame: DataFrame | RowFrame): LastbyteError | undefined {
    const kind = 'row' in frame ? 'rows' : 'bytes'
    if (this.next === undefined && this.#first === undefined) {
      if (kind === 'rows') return undefined
      const message =
        'Cannot read stream: expected a lastEventId that names the next byte, such as "etag":1024, for bytes'
      return new LastbyteError('REFUSED', message)
    }
    const expected = this.next === undefined ? (this.#first?.[kind] ?? []) : [this.next]
    if (expected.includes(frame.offset)) return undefined
    const what = `expected a frame with offset ${expected.join(' or ')}; received offset ${frame.offset}`
    return brokenStream(what)
  }

  #row({ offset, row }: { offset: number; row: unknown }): ReceivedFrame {
    this.next = offset + 1
    this.#received += 1
    return { type: 'data', offset, row }
  }

  #bytes({ offset, chunk, encoding }: DataFrame): ReceivedFrame {
    const bytes = encoding === 'utf-8' ? new TextEncoder().encode(chunk) : decodeBase64(chunk)
    this.#hash?.update(bytes)
    this.#hasBytes = true
    this.next = offset + bytes.length
    this.#received += bytes.length
    return { type: 'data', offset, bytes }
  }

  /** Size and digest describe the whole selection, so a stream that was resumed from an id skips them. */
  #end(size: number, digest: string | undefined): Step<ReceivedFrame>[] {
    const item = { type: 'end', size, ...(digest !== undefined && { digest }) } as const
    if (this.#hash === undefined) return [{ kind: 'item', item }, { kind: 'end' }]
    if (size !== this.#received) {
      const message = `Cannot accept the stream: expected ${size} bytes or rows; received ${this.#received}`
      const facts = { size, given: this.#received }
      return [failedStep(new LastbyteError('DIGEST_MISMATCH', message, facts))]
    }
    const expected = parseDigest(digest)
    try {
      if (expected?.algorithm === 'sha-256') requireDigest(expected, this.#hash.hex())
    } catch (error) {
      return [failedStep(error as LastbyteError)]
    }
    return [{ kind: 'item', item }, { kind: 'end' }]
  }
}

/** The offsets that the first frame of a stream may have. */
interface FirstOffsets {
  readonly bytes: readonly number[]
  readonly rows: readonly number[]
}

/** `start` selects bytes. An application may give a `start` of its own another meaning, and count its rows from 0. */
function firstOffsets(query: string): FirstOffsets {
  const start = Number(/[?&]start=(\d{1,15})(?:&|$)/.exec(query)?.[1] ?? 0)
  return { bytes: [start], rows: start === 0 ? [0] : [0, start] }
}

function changed(offset: number, expected: string, received: string | undefined): LastbyteError {
  const message = `Cannot resume at ${offset}: expected ${expected}; received ${received}`
  return new LastbyteError('REPRESENTATION_CHANGED', message, { offset })
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
