import { LastbyteError } from '../../errors.js'
import type { Slice } from '../../http/byte-range.js'
import type { Facts, Growth, LocalFile, Representation, SendableFile } from '../byte-source.js'
import type { BufferPool } from './buffer-pool.js'
import { FileGrowth } from './follow-file.js'
import type { OpenFile } from './open-file.js'
import { readAhead } from './read-ahead.js'

/** One use of an open file, which it was given held. */
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
   * A chunk is given out only after the descriptor said that the file is still the same version, so a
   * change surfaces at the next chunk and can't be overlooked at the last.
   */
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { content } = this.open
    if (content !== undefined) return new AtOnce(content.subarray(slice.start, slice.end))
    const fetch = (buffer: Uint8Array, position: number) => this.#fetch(buffer, position)
    return readAhead(slice, this.buffers, fetch, signal)
  }

  get sendable(): SendableFile | undefined {
    const { filesystem } = this.open
    return filesystem === 'other' ? undefined : (this.open as SendableFile)
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
    throw new LastbyteError('SOURCE_FAILED', 'Cannot read file: it is closed')
  }
}

/** One chunk, without the machinery of a generator, and of one shape for all requests. */
class AtOnce implements AsyncIterableIterator<Uint8Array> {
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
