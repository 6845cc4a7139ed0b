import { LastbyteError } from '../../errors.js'
import { parseDigest } from '../../http/digest-value.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import type { DataFrame, Frame } from '../../http/frame.js'
import { parseStreamId } from '../../http/stream-id.js'
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

/**
 * Checks the frames of one stream across its connections: no gap, no duplicate, one version, and the
 * announced size and digest at the end.
 */
export class FrameChecker {
  /** The offset of the next frame; undefined before the first one. */
  next: number | undefined
  /** The entity tag of the version that is read; undefined if the server sends no strong one. */
  etag: string | undefined
  /** Bytes or rows that were passed on. */
  #received = 0
  /** undefined for a stream that starts after an id, whose size and digest can't be checked. */
  readonly #hash: Hash | undefined
  /** Set if the connection is of another version than the id that the stream starts after. */
  #changed: LastbyteError | undefined

  /** @param start the hash for a stream from its beginning, or the Last-Event-ID that it starts after */
  constructor(start: { readonly hash: Hash } | { readonly lastEventId: string }) {
    if ('hash' in start) {
      this.#hash = start.hash
      return
    }
    // A server that ignores Last-Event-ID must not be able to send these bytes once more.
    const position = parseStreamId(start.lastEventId)
    if (position.kind === 'position') {
      this.next = position.offset
      this.etag = position.etag
    }
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
    const message = `Cannot resume at ${this.next}: expected ETag ${this.etag}; received ${field}`
    const error = new LastbyteError('REPRESENTATION_CHANGED', message, { offset: this.next })
    if (this.#received > 0) throw error
    // The server may report the change in an error frame, which has more details.
    this.#changed = error
  }

  /** Checks a frame. @param frame undefined for data that is not a frame */
  take(frame: Frame | undefined): Step<ReceivedFrame>[] {
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
        if (this.#changed !== undefined) return [failedStep(this.#changed)]
        if (this.next !== undefined && frame.offset !== this.next) {
          const what = `expected a frame with offset ${this.next}; received offset ${frame.offset}`
          return [failedStep(brokenStream(what))]
        }
        return [{ kind: 'item', item: 'row' in frame ? this.#row(frame) : this.#bytes(frame) }]
    }
  }

  #row({ offset, row }: { offset: number; row: unknown }): ReceivedFrame {
    this.next = offset + 1
    this.#received += 1
    return { type: 'data', offset, row }
  }

  #bytes({ offset, chunk, encoding }: DataFrame): ReceivedFrame {
    const bytes = encoding === 'utf-8' ? new TextEncoder().encode(chunk) : decodeBase64(chunk)
    this.#hash?.update(bytes)
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

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
