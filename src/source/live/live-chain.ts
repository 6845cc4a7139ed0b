import { LastbyteError } from '../../errors.js'
import { statDescriptor } from '../file/descriptor.js'
import { entityTagOf, isSame } from '../file/file-version.js'
import type { FollowedFile } from '../file/follow-file.js'
import { isSettled, type StatJudge } from '../file/settled-stat.js'
import type { ProvenPrefix } from './chain-record.js'
import type { ChainRecords } from './chain-records.js'
import { BLOCK, isBlock, PrefixHash } from './prefix-hash.js'
import { readAt, readFully } from './read-followed.js'

/** Bytes that are proven at once where the file has them, so that few records are written. */
const STRIDE = 16 * BLOCK

/** Claims that are remembered as compared. */
const MOST_COMPARED = 1_000

const OTHER_BYTES = 'the bytes before it differ from those sent'

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
  /** The bytes behind the last complete block. */
  readonly #tail = Buffer.allocUnsafe(BLOCK)
  /** What other processes have sent behind `proven`: the shortest first. */
  #claims: ProvenPrefix[] = []
  /** The claims that have been compared. */
  readonly #compared = new Set<string>()
  #proving: Promise<void> = Promise.resolve()
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
    return this.#hash.length
  }

  /**
   * Whether the file has all bytes that were sent under this tag, by other processes too. It is read up to the last of
   * them. Otherwise the chain is over: the file is another one from now on, or is finished.
   */
  async holds(file: FollowedFile, size: number): Promise<boolean> {
    try {
      await this.#inTurn(() => this.#compareClaims(file, size))
    } catch (error) {
      if (this.#broken === undefined) throw error
    }
    // Another process removes the claims when it has begun the next chain, or has recorded the finished file.
    return this.#broken === undefined && (await this.records.isOpen())
  }

  async #compareClaims(file: FollowedFile, size: number): Promise<void> {
    this.#requireWhole()
    const claims = byLength(await this.records.claims())
    const most = Math.max(this.proven, claims.at(-1)?.length ?? 0)
    if (most > size) await this.truncated(most, size)
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

  /** The digest of the first `length` of the proven bytes. */
  async #digestAt(file: FollowedFile, length: number): Promise<string> {
    if (length === this.proven) return this.#hash.digest()
    const first = length - (length % BLOCK)
    const rest = first === length ? Buffer.alloc(0) : await this.#proven(file, first, length)
    return this.#hash.digestAt(length, rest)
  }

  /**
   * Bytes from a position on, at least one: no more than a block, and none behind `end`, up to which the file has
   * bytes.
   *
   * @throws LastbyteError FILE_TRUNCATED if they are not those that were there before; SOURCE_FAILED
   */
  async read(file: FollowedFile, position: number, end: number): Promise<Uint8Array> {
    const most = Math.min(end, position + STRIDE)
    if (this.#broken !== undefined || most > this.proven) {
      await this.#inTurn(() => this.#proveTo(file, most))
    }
    return this.#proven(file, position, end)
  }

  /** Bytes that have been proven, of one block. */
  async #proven(file: FollowedFile, position: number, end: number): Promise<Uint8Array> {
    const index = Math.floor(position / BLOCK)
    const first = index * BLOCK
    const last = Math.min(end, first + BLOCK, this.proven)
    const digest = this.#hash.blocks[index]
    if (digest === undefined)
      return Buffer.from(this.#tail.subarray(position - first, last - first))
    const block = Buffer.allocUnsafe(BLOCK)
    const length = await readFully(file, block, first)
    if (length < BLOCK || !isBlock(block, digest)) await this.#break(first, OTHER_BYTES)
    return block.subarray(position - first, last - first)
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
      await this.#inTurn(() => this.#proveTo(file, size))
      const claims = byLength(await this.records.claims())
      const most = Math.max(this.proven, claims.at(-1)?.length ?? 0)
      if (most > size) await this.truncated(most, size)
      const again = new PrefixHash()
      await this.#hashTo(file, again, claims, size)
      if (again.digest() !== this.#hash.digest()) await this.#break(0, OTHER_BYTES)
      if (!isSame(stat, await statDescriptor(file.descriptor))) return { kind: 'growing' }
      const record = {
        tag: this.tag,
        length: size,
        digest: again.digest(),
        entityTag: entityTagOf(stat),
      }
      if (!(await this.records.finish(record)))
        await this.#break(0, 'another process has seen other bytes')
      return { kind: 'finished', size }
    } finally {
      await file.release()
    }
  }

  /** Runs what changes the hash, one caller after the other. */
  #inTurn(prove: () => Promise<void>): Promise<void> {
    const proving = this.#proving.then(prove)
    this.#proving = proving.catch(() => {})
    return proving
  }

  async #proveTo(file: FollowedFile, end: number): Promise<void> {
    this.#requireWhole()
    if (end <= this.proven) return
    file.acquire()
    try {
      await this.#hashTo(file, this.#hash, this.#claims, end, (bytes, position) => {
        this.#tail.set(bytes, position % BLOCK)
      })
      // Before a byte of them is sent.
      await this.records.claim({ length: this.proven, digest: this.#hash.digest() })
    } finally {
      await file.release()
    }
  }

  /** Hashes the file up to `end`, and compares the digest at the end of each claim, which is removed then. */
  async #hashTo(
    file: FollowedFile,
    hash: PrefixHash,
    claims: ProvenPrefix[],
    end: number,
    onBytes: (bytes: Uint8Array, position: number) => void = () => {},
  ): Promise<void> {
    const buffer = Buffer.allocUnsafe(BLOCK)
    for (;;) {
      for (let [claim] = claims; claim?.length === hash.length; [claim] = claims) {
        if (claim.digest !== hash.digest()) await this.#break(hash.length, OTHER_BYTES)
        claims.shift()
      }
      if (hash.length >= end) return
      const next = Math.min(end, claims[0]?.length ?? end)
      const most = Math.min(BLOCK - (hash.length % BLOCK), next - hash.length)
      const length = await readAt(file, buffer.subarray(0, most), hash.length)
      if (length === 0) await this.#break(hash.length, 'the file was truncated')
      const bytes = buffer.subarray(0, length)
      onBytes(bytes, hash.length)
      hash.update(bytes)
    }
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

function byLength(claims: readonly ProvenPrefix[]): ProvenPrefix[] {
  return [...claims].sort((one, other) => one.length - other.length)
}
