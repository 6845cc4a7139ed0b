import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import type { Facts, Growth, LocalFile, Representation, SendableFile } from './byte-source.js'
import { FileGrowth } from './file-growth.js'
import type { OpenFile } from './open-file.js'
import type { ReadBuffers } from './read-buffers.js'

/** One use of an open file, which it was given held. */
export class FileRepresentation implements Representation {
  readonly facts: Facts
  readonly file: LocalFile
  #closing: Promise<void> | undefined

  constructor(
    private readonly open: OpenFile,
    private readonly buffers: ReadBuffers,
  ) {
    this.facts = open.facts
    this.file = open
  }

  /**
   * Two buffers take turns: while the reader of one chunk is busy with it, the next is fetched into
   * the other. A chunk is given out only after the descriptor said that the file is still the same
   * version, so a change surfaces at the next chunk and can't be overlooked at the last.
   */
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { content } = this.open
    return content === undefined
      ? this.#readFile(slice, signal)
      : new AtOnce(content.subarray(slice.start, slice.end))
  }

  async *#readFile(slice: Slice, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let position = slice.start
    if (position === slice.end) return
    const length = slice.end - slice.start
    let filling = this.buffers.take(length)
    let spare: Uint8Array | undefined
    let fetching = this.#fetch(filling, position, slice.end)
    try {
      while (position < slice.end) {
        const bytes = await fetching
        signal.throwIfAborted()
        position += bytes.length
        if (position < slice.end) {
          const next = spare ?? this.buffers.take(length)
          spare = filling
          filling = next
          fetching = this.#fetch(filling, position, slice.end)
        }
        yield bytes
      }
    } finally {
      await fetching.catch(() => {})
      this.buffers.give(filling)
      if (spare !== undefined) this.buffers.give(spare)
    }
  }

  get sendable(): SendableFile | undefined {
    const { place } = this.open
    return place === 'elsewhere' ? undefined : (this.open as SendableFile)
  }

  get growth(): Growth {
    return new FileGrowth(this.open)
  }

  close(): Promise<void> {
    this.#closing ??= this.open.release()
    return this.#closing
  }

  /** The reader meets a rejection at its turn; until then it must not count as unhandled. */
  #fetch(buffer: Uint8Array, position: number, end: number): Promise<Uint8Array> {
    const fetching =
      this.#closing === undefined
        ? this.open.fetch(buffer.subarray(0, end - position), position)
        : Promise.reject(new LastbyteError('SOURCE_FAILED', 'Cannot read file: it is closed'))
    fetching.catch(() => {})
    return fetching
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
