import { LastbyteError } from '../../errors.js'
import { statDescriptor } from '../file/descriptor.js'
import { entityTagOf, isSame } from '../file/file-version.js'
import type { FollowedFile } from '../file/follow-file.js'
import { isSettled, type StatJudge } from '../file/settled-stat.js'
import type { ProvenPrefix } from './chain-record.js'
import type { ChainRecords } from './chain-records.js'
import { byLength, hashFile, type Mismatch, type OnBytes, OTHER_BYTES } from './hash-file.js'
import { BLOCK, isBlock, PrefixHash } from './prefix-hash.js'
import { readFully, sizeOf } from './read-followed.js'

/** Bytes that are proven at once where the file has them, so that few records are written. */
const STRIDE = 16 * BLOCK

/** Blocks that are read and compared at once. */
const MOST_BLOCKS = 4
/** Claims that are remembered as compared. */
const MOST_COMPARED = 1_000

/** What `finish` has found. */
export type FinishOutcome =
  | { readonly kind: 'finished'; readonly size: number }
  | { readonly kind: 'growing' }

/**
 * One growing file from its first byte on, under one tag. No byte is sent before its digest is recorded, so that a
 * later process can prove that the file still has what was sent; and each byte is compared with its digest before it
 * is sent, so that all who know the tag have the same bytes.
 */
export class LiveChain {
  readonly #hash = new PrefixHash()
  /** The bytes behind the last complete block of the hash. */
  readonly #tail = Buffer.allocUnsafe(BLOCK)
  /** Bytes whose digest is recorded: the hash has more while a record is written, and if that failed. */
  #proven = 0
  /** What other processes have sent behind the hash: the shortest first. */
  #claims: ProvenPrefix[] = []
  /** The claims that have been compared. */
  readonly #compared = new Set<string>()
  #proving: Promise<unknown> = Promise.resolve()
  #finishing: Promise<FinishOutcome> | undefined
  #broken: LastbyteError | undefined

  constructor(
    readonly records: ChainRecords,
    private readonly judge: StatJudge,
  ) {}

  get tag(): string {
    return this.records.tag
  }

  get isBroken(): boolean {
    return this.#broken !== undefined
  }

  /** Bytes that have been sent, or may be. */
  get proven(): number {
    return this.#proven
  }

  /**
   * Whether `holds` is required before a response with the tag of `size` bytes: the client has the tag, or another
   * process may have sent it with bytes that this one has not read.
   */
  async mustCompare(size: number, isKnown: boolean): Promise<boolean> {
    if (isKnown || size < this.proven) return true
    return size > this.proven && (await this.records.claims()).some(({ length }) => length >= size)
  }

  /**
   * Whether the file has all bytes that were sent under this tag, by other processes too. It is read up to the last of
   * them. Otherwise the chain is over: the file is another one from now on, or is finished.
   */
  async holds(file: FollowedFile): Promise<boolean> {
    try {
      await this.#inTurn(() => this.#compareClaims(file))
    } catch (error) {
      if (this.#broken === undefined) throw error
    }
    // Another process removes the claims when it has begun the next chain, or has recorded the finished file.
    return this.#broken === undefined && (await this.records.isOpen())
  }

  async #compareClaims(file: FollowedFile): Promise<void> {
    await this.#proveTo(file, this.#hash.length)
    const claims = byLength(await this.records.claims())
    const most = await this.#requireSent(file, claims)
    this.#claims = claims.filter(({ length }) => length > this.proven)
    for (const { length, digest } of claims) {
      const name = `${length} ${digest}`
      if (length > this.proven || this.#compared.has(name)) continue
      if ((await this.#digestAt(file, length)) !== digest) await this.#break(length, OTHER_BYTES)
      if (this.#compared.size >= MOST_COMPARED) this.#compared.clear()
      this.#compared.add(name)
    }
    await this.#proveTo(file, most)
  }

  /** Requires that the file is not shorter than what was sent of it, which is returned. */
  async #requireSent(file: FollowedFile, claims: readonly ProvenPrefix[]): Promise<number> {
    const most = Math.max(this.proven, claims.at(-1)?.length ?? 0)
    // Read after the claims: what was sent meanwhile was appended meanwhile.
    const size = await sizeOf(file, most)
    if (size < most) await this.truncated(most, size)
    return most
  }

  /** The digest of the first `length` of the proven bytes. */
  async #digestAt(file: FollowedFile, length: number): Promise<string> {
    if (length === this.#hash.length) return this.#hash.digest()
    const first = length - (length % BLOCK)
    const rest = first === length ? Buffer.alloc(0) : await this.#readProven(file, first, length)
    return this.#hash.digestAt(length, rest)
  }

  /**
   * Bytes from a position on, at least one, and none behind `end`, up to which the file has bytes.
   *
   * @throws LastbyteError FILE_TRUNCATED if they are not those that were there before; SOURCE_FAILED
   */
  async read(file: FollowedFile, position: number, end: number): Promise<Uint8Array> {
    this.#requireWhole()
    if (position < this.proven) return this.#readProven(file, position, end)
    const rest = BLOCK - (position % BLOCK)
    const isAligned = rest === BLOCK
    const fresh = Buffer.allocUnsafe(Math.min(end - position, isAligned ? STRIDE : rest))
    // Bytes that are hashed for this reader are sent to it as they were read, without a second comparison. A block whose
    // beginning was sent before is compared when it is complete.
    const isFilled = await this.#inTurn(async () => {
      const isNew = this.#hash.length <= position && (isAligned || fresh.length < rest)
      await this.#proveTo(file, position + fresh.length, (bytes, at) => {
        const skipped = Math.max(0, position - at)
        if (skipped < bytes.length) fresh.set(bytes.subarray(skipped), at + skipped - position)
      })
      return isNew
    })
    return isFilled ? fresh : this.#readProven(file, position, end)
  }

  /** Bytes that have been proven: of complete blocks, or of what is behind the last one. */
  async #readProven(file: FollowedFile, position: number, end: number): Promise<Uint8Array> {
    const index = Math.floor(position / BLOCK)
    const first = index * BLOCK
    const wanted = Math.min(MOST_BLOCKS, Math.ceil((end - first) / BLOCK))
    const digests = this.#hash.blocks.slice(index, index + wanted)
    const length = digests.length * BLOCK
    const last = Math.min(end, this.proven) - first
    if (length === 0) return Buffer.from(this.#tail.subarray(position - first, last))
    const blocks = Buffer.allocUnsafe(length)
    const read = await readFully(file, blocks, first)
    for (const [number, digest] of digests.entries()) {
      const start = number * BLOCK
      // A block that is short, since the file was truncated, has another digest too.
      const block = blocks.subarray(start, Math.min(read, start + BLOCK))
      if (!isBlock(block, digest)) await this.#break(first + start, OTHER_BYTES)
    }
    return blocks.subarray(position - first, Math.min(length, last))
  }

  /**
   * Reads the file again and compares it with all that was sent. If it is the same, and doesn't change meanwhile, its
   * version is recorded: it keeps the tag as long as it isn't changed.
   *
   * @throws LastbyteError FILE_TRUNCATED if it isn't the same; SOURCE_FAILED
   */
  finish(file: FollowedFile): Promise<FinishOutcome> {
    this.#finishing ??= this.#finish(file).finally(() => {
      this.#finishing = undefined
    })
    return this.#finishing
  }

  async #finish(file: FollowedFile): Promise<FinishOutcome> {
    file.acquire()
    try {
      this.#requireWhole()
      // A write that is under way may not show in the stat.
      const now = this.judge.clock.now()
      const writers = this.judge.writers(file.descriptor)
      const stat = await statDescriptor(file.descriptor)
      if (!isSettled(stat, now, writers)) return { kind: 'growing' }
      const size = Number(stat.size)
      const digest = await this.#inTurn(async () => {
        await this.#proveTo(file, Math.max(size, this.#hash.length))
        return this.#hash.digest()
      })
      const claims = byLength(await this.records.claims())
      // The file has grown since its stat, although it has no marker.
      if ((await this.#requireSent(file, claims)) > size) return { kind: 'growing' }
      const again = new PrefixHash()
      await this.#require(await hashFile(file, again, claims, size))
      if (again.digest() !== digest) await this.#break(0, OTHER_BYTES)
      if (!isSame(stat, await statDescriptor(file.descriptor))) return { kind: 'growing' }
      const record = { tag: this.tag, length: size, digest, entityTag: entityTagOf(stat) }
      if (!(await this.records.finish(record)))
        await this.#break(0, 'another process has seen other bytes')
      return { kind: 'finished', size }
    } finally {
      await file.release()
    }
  }

  /** Runs what changes the hash, one caller after the other. */
  #inTurn<Result>(prove: () => Promise<Result>): Promise<Result> {
    const proving = this.#proving.then(prove)
    this.#proving = proving.catch(() => {})
    return proving
  }

  /** Hashes the file up to `end`, and records it, before a byte of it is sent. */
  async #proveTo(file: FollowedFile, end: number, onBytes: OnBytes = () => {}): Promise<void> {
    this.#requireWhole()
    if (end <= this.proven) return
    file.acquire()
    try {
      const mismatch = await hashFile(file, this.#hash, this.#claims, end, (bytes, position) => {
        this.#tail.set(bytes, position % BLOCK)
        onBytes(bytes, position)
      })
      await this.#require(mismatch)
      const { length } = this.#hash
      await this.records.claim({ length, digest: this.#hash.digest() })
      this.#proven = length
    } finally {
      await file.release()
    }
  }

  async #require(mismatch: Mismatch | undefined): Promise<void> {
    if (mismatch !== undefined) await this.#break(mismatch.position, mismatch.reason)
  }

  /** Marks the file as another one: its next version gets another tag. */
  async #break(position: number, reason: string): Promise<never> {
    const message = `Cannot follow file at byte ${position}: ${reason}`
    this.#broken ??= new LastbyteError('FILE_TRUNCATED', message, { position })
    await this.records.abandon()
    throw this.#broken
  }

  #requireWhole(): void {
    if (this.#broken !== undefined) throw this.#broken
  }

  /** Ends it for a reason that the caller knows, such as a file that has fewer bytes. @throws LastbyteError */
  truncated(position: number, size: number): Promise<never> {
    return this.#break(position, `the file was truncated to ${size} bytes`)
  }
}
