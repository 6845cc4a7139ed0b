import { LastbyteError } from '../../errors.js'
import type { Slice } from '../../http/byte-range.js'
import type { Growth } from '../growth.js'
import type { LocalFile } from '../local-file.js'
import type { Facts, Representation } from '../representation.js'
import type { SendableFile } from '../sendable-file.js'
import type { BufferPool } from './buffer-pool.js'
import { FileGrowth } from './follow-file.js'
import type { OpenFile } from './open-file.js'
import { readAhead } from './read-ahead.js'

/** One use of an open file. The caller has acquired the file; `close` releases it. */
export class FileRepresentation implements Representation {
  readonly facts: Facts
  readonly file: LocalFile
  #closing: Promise<void> | undefined

  constructor(
    private readonly open: OpenFile,
    private readonly buffers: BufferPool,
  ) {
    this.facts = open.facts
    this.file = open
  }

  /**
   * Each chunk is yielded only after the descriptor's stat has confirmed the version, so a change surfaces
   * at the next chunk at the latest, and at the last chunk too.
   */
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { content } = this.open
    if (content !== undefined) return new SingleChunk(content.subarray(slice.start, slice.end))
    const fetch = (buffer: Uint8Array, position: number) => this.#fetch(buffer, position)
    return readAhead(slice, this.buffers, fetch, signal)
  }

  get sendable(): SendableFile | undefined {
    const { filesystem, isProven } = this.open
    return filesystem === 'other' || !isProven ? undefined : (this.open as SendableFile)
  }

  get growth(): Growth {
    return new FileGrowth(this.open)
  }

  close(): Promise<void> {
    this.#closing ??= this.open.release()
    return this.#closing
  }

  async #fetch(buffer: Uint8Array, position: number): Promise<Uint8Array> {
    if (this.#closing === undefined) return this.open.fetch(buffer, position)
    throw new LastbyteError('SOURCE_FAILED', 'Cannot read file: the representation is closed')
  }
}

/** Iterates over one chunk. Costs less than a generator, and has the same hidden class for each request. */
class SingleChunk implements AsyncIterableIterator<Uint8Array> {
  #chunk: Uint8Array | undefined

  constructor(chunk: Uint8Array) {
    this.#chunk = chunk.length > 0 ? chunk : undefined
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const value = this.#chunk
    this.#chunk = undefined
    return Promise.resolve(value ? { value, done: false } : { value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
