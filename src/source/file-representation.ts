import type { BigIntStats } from 'node:fs'
import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import type { Facts, LocalFile, Representation } from './byte-source.js'
import { closeDescriptor, readDescriptor, statDescriptor } from './descriptor.js'
import { hasChanged, plainStat } from './file-version.js'
import type { ReadBuffers } from './read-buffers.js'

/** A regular file behind an open descriptor, at the version that `stat` saw. */
export class FileRepresentation implements Representation {
  readonly file: LocalFile
  /** Reads that are under way: the descriptor outlives them. */
  readonly #fetches = new Set<Promise<Uint8Array>>()
  #closing: Promise<void> | undefined

  constructor(
    readonly facts: Facts,
    path: string,
    private readonly descriptor: number,
    private readonly stat: BigIntStats,
    private readonly buffers: ReadBuffers,
  ) {
    this.file = {
      path,
      descriptor,
      get stat() {
        return plainStat(stat)
      },
    }
  }

  /**
   * Two buffers take turns: while the reader of one chunk is busy with it, the next is fetched into
   * the other. A chunk is given out only after the descriptor said that the file is still the same
   * version, so a change surfaces at the next chunk and can't be overlooked at the last.
   */
  async *read(slice: Slice, signal: AbortSignal): AsyncGenerator<Uint8Array> {
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

  /** A descriptor that is closed under a running read could be another file's by the time it reads. */
  close(): Promise<void> {
    this.#closing ??=
      this.#fetches.size === 0
        ? closeDescriptor(this.descriptor)
        : Promise.allSettled(this.#fetches).then(() => closeDescriptor(this.descriptor))
    return this.#closing
  }

  #fetch(buffer: Uint8Array, position: number, end: number): Promise<Uint8Array> {
    const fetching = this.#readVerified(buffer.subarray(0, end - position), position)
    this.#fetches.add(fetching)
    const forget = () => this.#fetches.delete(fetching)
    // The reader meets a rejection at its turn; until then it must not count as unhandled.
    fetching.then(forget, forget)
    return fetching
  }

  async #readVerified(buffer: Uint8Array, offset: number): Promise<Uint8Array> {
    const { descriptor } = this
    const facts = { path: this.file.path, offset }
    const failed = (
      code: 'SOURCE_FAILED' | 'SOURCE_SHORT' | 'REPRESENTATION_CHANGED',
      why: string,
      cause?: unknown,
    ) => new LastbyteError(code, `Cannot read file at byte ${offset}: ${why}`, facts, { cause })

    if (this.#closing !== undefined) throw failed('SOURCE_FAILED', 'it is closed')
    const [bytesRead, now] = await readDescriptor(descriptor, buffer, offset)
      .then(async (count) => [count, await statDescriptor(descriptor)] as const)
      .catch((cause: Error) => {
        throw failed('SOURCE_FAILED', cause.message, cause)
      })
    if (hasChanged(this.stat, now))
      throw failed('REPRESENTATION_CHANGED', 'it is another version now')
    if (bytesRead === 0) throw failed('SOURCE_SHORT', 'it ends there')
    return buffer.subarray(0, bytesRead)
  }
}
