import { LastbyteError } from '../../errors.js'
import { parseDigest } from '../../http/digest-value.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import type { DataFrame, Frame } from '../../http/frame.js'
import { type Hash, requireDigest } from '../platform/hash.js'
import { broken, failed, type Step, streamErrorOf } from './reconnecting-stream.js'

/** A frame as a client gets it, in order: `data` any number of times, then `end`. */
export type ReceivedFrame =
  /** Bytes of a representation, the first of which stands at `offset` in it. */
  | { readonly type: 'data'; readonly offset: number; readonly bytes: Uint8Array }
  /** A row of an application, after `offset` others. */
  | { readonly type: 'data'; readonly offset: number; readonly row: unknown }
  /** All has been given: bytes or rows, and the digest of the bytes that they were checked by. */
  | { readonly type: 'end'; readonly size: number; readonly digest?: string }

/** Checks the frames of one stream, through all its connections: no gap, no duplicate, right bytes. */
export class FrameChecker {
  /** The offset that the next frame must have; undefined until there was one. */
  next: number | undefined
  /** Of the version that is read, if it is strong. */
  etag: string | undefined
  #given = 0

  /** @param hash of all that is given; undefined where that does not begin at the start */
  constructor(private readonly hash: Hash | undefined) {}

  /**
   * Begins with an answer of this entity tag.
   *
   * @throws LastbyteError REPRESENTATION_CHANGED where frames of another version were given before
   */
  begin(field: string | undefined): void {
    const etag = parseEntityTag(field)?.weak === false ? field : undefined
    if (this.next !== undefined && etag !== this.etag) {
      const message = `Cannot go on at ${this.next}: wanted ETag ${this.etag}, received ${field}`
      throw new LastbyteError('REPRESENTATION_CHANGED', message, { offset: this.next })
    }
    this.etag = etag
  }

  /** What a frame gives, if it is the one that must follow. */
  take(frame: Frame | undefined): Step<ReceivedFrame>[] {
    switch (frame?.type) {
      case undefined:
        return [failed(broken('what came is no frame'))]
      case 'heartbeat':
        return []
      case 'error':
        return [failed(streamErrorOf(frame.error))]
      case 'end':
        return this.#end(frame.size, frame.digest)
      case 'data':
        if (this.next !== undefined && frame.offset !== this.next) {
          return [failed(broken(`a frame for ${frame.offset} came where ${this.next} follows`))]
        }
        return [{ kind: 'item', item: 'row' in frame ? this.#row(frame) : this.#bytes(frame) }]
    }
  }

  #row({ offset, row }: { offset: number; row: unknown }): ReceivedFrame {
    this.next = offset + 1
    this.#given += 1
    return { type: 'data', offset, row }
  }

  #bytes({ offset, chunk, encoding }: DataFrame): ReceivedFrame {
    const bytes = encoding === 'utf-8' ? new TextEncoder().encode(chunk) : fromBase64(chunk)
    this.hash?.update(bytes)
    this.next = offset + bytes.length
    this.#given += bytes.length
    return { type: 'data', offset, bytes }
  }

  /** The size and the digest are of all that was selected, so they are checked where that came here. */
  #end(size: number, digest: string | undefined): Step<ReceivedFrame>[] {
    const item = { type: 'end', size, ...(digest !== undefined && { digest }) } as const
    if (this.hash === undefined) return [{ kind: 'item', item }, { kind: 'over' }]
    if (size !== this.#given) {
      const message = `Cannot vouch for the stream: it gave ${this.#given}, and ends with ${size}`
      return [failed(new LastbyteError('DIGEST_MISMATCH', message, { size, given: this.#given }))]
    }
    const wanted = parseDigest(digest)
    try {
      if (wanted?.algorithm === 'sha-256') requireDigest(wanted, this.hash.hex())
    } catch (error) {
      return [failed(error as LastbyteError)]
    }
    return [{ kind: 'item', item }, { kind: 'over' }]
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
