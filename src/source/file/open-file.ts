import fs, { type BigIntStats } from 'node:fs'
import { LastbyteError } from '../../errors.js'
import type { Facts, FileStat, LocalFile } from '../byte-source.js'
import { closeDescriptor, readDescriptor, statDescriptor } from './descriptor.js'
import { hasChanged, plainStat } from './file-version.js'
import type { FilesystemType } from './filesystem-type.js'
import { SMALL_FILE } from './native-probe.js'

/**
 * A regular file behind an open descriptor, at the version that was seen when it was opened. Whoever uses it holds it,
 * a running read too: a descriptor that is closed under a read could be another file's by then.
 */
export class OpenFile implements LocalFile {
  #holders = 0
  /** The stat after the last read: what excused one change of the ctime excuses none that follows. */
  #seen: BigIntStats
  /** All bytes of a small file, once they have been read. */
  #content: Uint8Array | undefined

  constructor(
    readonly path: string,
    readonly descriptor: number,
    readonly version: BigIntStats,
    readonly facts: Facts,
    readonly filesystem: FilesystemType = 'other',
    private readonly whole: (bytes: Buffer) => void = () => {},
  ) {
    this.#seen = version
  }

  get stat(): FileStat {
    return plainStat(this.version)
  }

  get content(): Uint8Array | undefined {
    return this.#content
  }

  hold(): this {
    this.#holders += 1
    return this
  }

  /** Closes the descriptor when nobody holds the file any more. */
  async release(): Promise<void> {
    this.#holders -= 1
    if (this.#holders === 0) await closeDescriptor(this.descriptor)
  }

  /**
   * Reads into the buffer; gives the part that was filled, at least a byte, after the descriptor has
   * said that the file is still this version.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_SHORT, REPRESENTATION_CHANGED
   */
  async fetch(buffer: Uint8Array, position: number): Promise<Uint8Array> {
    this.hold()
    try {
      const bytes = await this.#read(buffer, position)
      if (bytes.length === this.facts.size && bytes.length <= SMALL_FILE) {
        const content = Buffer.from(bytes)
        this.#content = content
        this.whole(content)
      }
      return bytes
    } finally {
      await this.release()
    }
  }

  async #read(buffer: Uint8Array, position: number): Promise<Uint8Array> {
    let bytesRead: number
    try {
      bytesRead = await readDescriptor(this.descriptor, buffer, position)
    } catch (cause) {
      throw this.#failure('SOURCE_FAILED', position, (cause as Error).message, cause)
    }
    await this.#confirmInPool(position)
    if (bytesRead === 0) throw this.#failure('SOURCE_SHORT', position, 'it ends there')
    return buffer.subarray(0, bytesRead)
  }

  /**
   * Makes sure, in this turn, that the file is still this version: only where such a look waits for nobody.
   *
   * @throws LastbyteError SOURCE_FAILED, REPRESENTATION_CHANGED
   */
  confirm(position: number): void {
    let now: BigIntStats
    try {
      now = fs.fstatSync(this.descriptor, { bigint: true })
    } catch (cause) {
      throw this.#failure('SOURCE_FAILED', position, (cause as Error).message, cause)
    }
    this.#judge(now, position)
  }

  /** The same off the event loop, where it may have to wait for somebody. */
  async #confirmInPool(position: number): Promise<void> {
    let now: BigIntStats
    try {
      now = await statDescriptor(this.descriptor)
    } catch (cause) {
      throw this.#failure('SOURCE_FAILED', position, (cause as Error).message, cause)
    }
    this.#judge(now, position)
  }

  #judge(now: BigIntStats, position: number): void {
    if (hasChanged(this.#seen, now)) {
      throw this.#failure('REPRESENTATION_CHANGED', position, 'it is another version now')
    }
    this.#seen = now
  }

  #failure(
    code: 'SOURCE_FAILED' | 'SOURCE_SHORT' | 'REPRESENTATION_CHANGED',
    offset: number,
    why: string,
    cause?: unknown,
  ): LastbyteError {
    const message = `Cannot read file at byte ${offset}: ${why}`
    return new LastbyteError(code, message, { path: this.path, offset }, { cause })
  }
}
