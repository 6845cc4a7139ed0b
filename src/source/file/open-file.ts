import fs, { type BigIntStats } from 'node:fs'
import { type ErrorCode, LastbyteError } from '../../errors.js'
import type { FileStat, LocalFile } from '../local-file.js'
import type { Facts } from '../representation.js'
import type { AppendOnlyCheck } from './append-only.js'
import { closeDescriptor, readDescriptor, statDescriptor } from './descriptor.js'
import { changeBetween, encodedIdentity, fileStatOf } from './file-version.js'
import type { FilesystemType } from './filesystem-type.js'
import { SMALL_FILE } from './native-probe.js'
import type { LeaseFactory, TermedLease } from './read-lease.js'

const UNPROVEN =
  'it is being written, and its file system stores times in whole seconds, which do not show each change'

/** The facts of a file at the time when it is opened. */
export interface OpenFileFacts {
  readonly path: string
  readonly descriptor: number
  /** The stat of the descriptor that `facts` were taken from. */
  readonly version: BigIntStats
  readonly facts: Facts
  readonly filesystem: FilesystemType
  readonly isAppendOnly: AppendOnlyCheck
  /** `unproven`: a write may leave the stat as it is. Default `proven`: any write shows in it. */
  readonly stability?: 'proven' | 'unproven'
  /** Default: the file has no lease. */
  readonly leaseOf?: LeaseFactory
  /** Called with all bytes of a file of at most `SMALL_FILE` bytes, each time they have been read at once. */
  readonly onContent?: (bytes: Buffer) => void
}

/**
 * A regular file behind an open descriptor, at the version that it had when it was opened. Users are
 * counted, running reads too: a descriptor that is closed during a read can be reused for another file.
 */
export class OpenFile implements LocalFile {
  readonly path: string
  readonly descriptor: number
  readonly version: BigIntStats
  readonly facts: Facts
  readonly filesystem: FilesystemType
  readonly lease: TermedLease | undefined
  readonly #onContent: ((bytes: Buffer) => void) | undefined
  readonly #isAppendOnly: AppendOnlyCheck
  /** Whether a stat shows each change of the bytes, or nothing can change them. */
  readonly isProven: boolean
  /** Whether the bytes were protected when the file was opened. */
  readonly #wasAppendOnly: boolean
  #users = 0
  #closed = false
  /** The stat after the last read. */
  #lastStat: BigIntStats
  /** The term of the lease that protected the file before `#lastStat`. */
  #lastTerm: number | undefined
  /** Encoded `#lastStat`, once it was requested. */
  #identity: Uint8Array | undefined
  /** All bytes of a small file, once they have been read. */
  #content: Uint8Array | undefined

  constructor(file: OpenFileFacts) {
    this.path = file.path
    this.descriptor = file.descriptor
    this.version = file.version
    this.facts = file.facts
    this.filesystem = file.filesystem
    this.lease = file.leaseOf?.(this)
    this.#onContent = file.onContent
    this.#isAppendOnly = file.isAppendOnly
    this.#wasAppendOnly = file.isAppendOnly(file.descriptor)
    this.isProven = file.stability !== 'unproven' || this.#wasAppendOnly
    this.#lastStat = file.version
  }

  get stat(): FileStat {
    return fileStatOf(this.version)
  }

  get identity(): Uint8Array {
    this.#identity ??= encodedIdentity(this.#lastStat)
    return this.#identity
  }

  get content(): Uint8Array | undefined {
    return this.#content
  }

  /** Adds a user. Each calls `release` once. @throws LastbyteError SOURCE_FAILED if the file is closed */
  acquire(): this {
    if (this.#closed) throw this.#error('SOURCE_FAILED', 0, 'the descriptor is closed')
    this.#users += 1
    return this
  }

  /** Removes a user; the last one closes the descriptor. */
  async release(): Promise<void> {
    this.#users -= 1
    if (this.#users > 0) return
    this.#closed = true
    await closeDescriptor(this.descriptor)
  }

  /**
   * Fills the buffer, or the start of it, from a position on. Resolves to the filled part, at least one
   * byte, after the descriptor's stat has confirmed that the file is still this version.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_BUSY, SOURCE_SHORT, REPRESENTATION_CHANGED
   */
  async fetch(buffer: Uint8Array, position: number): Promise<Uint8Array> {
    this.acquire()
    try {
      const bytes = await this.#read(buffer, position)
      if (bytes.length === this.facts.size && bytes.length <= SMALL_FILE) {
        const content = Buffer.from(bytes)
        this.#content = content
        this.#onContent?.(content)
      }
      return bytes
    } finally {
      await this.release()
    }
  }

  async #read(buffer: Uint8Array, position: number): Promise<Uint8Array> {
    const failed = (cause: Error) => {
      throw this.#error('SOURCE_FAILED', position, cause.message, cause)
    }
    if (!this.isProven) throw this.#error('SOURCE_BUSY', position, UNPROVEN)
    const bytesRead = await readDescriptor(this.descriptor, buffer, position).catch(failed)
    // Only on a file system of type `other` may a stat wait for its storage or a network.
    if (this.filesystem === 'other') {
      const term = this.lease?.term()
      this.#verify(await statDescriptor(this.descriptor).catch(failed), term, position)
    } else {
      this.confirm(position)
    }
    if (bytesRead === 0) throw this.#error('SOURCE_SHORT', position, 'the file ends there')
    return buffer.subarray(0, bytesRead)
  }

  /**
   * Verifies synchronously that the file is still this version. Blocks the event loop on file systems of
   * type `other`.
   *
   * @throws LastbyteError SOURCE_FAILED, REPRESENTATION_CHANGED
   */
  confirm(position: number): void {
    let now: BigIntStats
    const term = this.lease?.term()
    try {
      now = fs.fstatSync(this.descriptor, { bigint: true })
    } catch (cause) {
      throw this.#error('SOURCE_FAILED', position, (cause as Error).message, cause)
    }
    this.#verify(now, term, position)
  }

  /** @param term of the lease, read before the stat */
  #verify(now: BigIntStats, term: number | undefined, position: number): void {
    const change = changeBetween(this.#lastStat, now)
    const isExcused = change === 'ctime' ? this.#wasLeased() : this.#hasGrown(now)
    if (change !== 'none' && !isExcused) {
      throw this.#error(
        'REPRESENTATION_CHANGED',
        position,
        'the file has changed since it was opened',
      )
    }
    this.#lastStat = now
    this.#lastTerm = term
    this.#identity = undefined
  }

  /** Whether a lease has kept all processes from writing since before the last stat. Call it after the next one. */
  #wasLeased(): boolean {
    return this.#lastTerm !== undefined && this.lease?.term() === this.#lastTerm
  }

  /** Whether the file was only appended to, so that it still has all bytes of this version. */
  #hasGrown(now: BigIntStats): boolean {
    const { descriptor } = this
    return this.#wasAppendOnly && now.size > this.#lastStat.size && this.#isAppendOnly(descriptor)
  }

  #error(code: ErrorCode, offset: number, reason: string, cause?: unknown): LastbyteError {
    const message = `Cannot read file at byte ${offset}: ${reason}`
    return new LastbyteError(code, message, { path: this.path, offset }, { cause })
  }
}
