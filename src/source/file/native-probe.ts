import fs from 'node:fs'
import type { Slice } from '../../http/byte-range.js'
import { type NativeBindings, NO_LINK, RWF_NOWAIT } from '../../native/bindings.js'
import type { FileProbe, ProbeResult, ProbeTarget } from './file-probe.js'
import { IDENTITY_SIZE, identityIn, isTooLarge } from './file-version.js'
import { filesystemTypeSync } from './filesystem-type.js'
import { type FileClock, isSettled } from './settled-stat.js'

/** Bytes up to which a file is read whole by one probe; also the longest slice that one probe reads. */
export const SMALL_FILE = 128 * 1024

/** The errno of a path that leads to no regular file. */
const EISDIR = 21

/** PATH_MAX of Linux: bytes of the longest path, its NUL byte included. */
const PATH_MAX = 4096

/**
 * Opens, stats, reads and closes a file within one native call. The kernel confines the path to the root
 * (openat2 with RESOLVE_BENEATH), and the version is compared before and after the read. A file that is not
 * in memory is not read: the result is undefined then.
 */
export class NativeProbe implements FileProbe {
  /** The first argument of `NativeBindings.probe`. The key is written at `#keyOffset` before each call. */
  readonly #target: Buffer
  readonly #keyOffset: number
  readonly #result = Buffer.alloc(IDENTITY_SIZE + SMALL_FILE)
  readonly #identity = this.#result.subarray(0, IDENTITY_SIZE)

  private constructor(
    private readonly calls: NativeBindings,
    private readonly clock: Pick<FileClock, 'now'>,
    prefix: Buffer,
  ) {
    this.#keyOffset = prefix.length
    this.#target = Buffer.concat([prefix], prefix.length + PATH_MAX)
  }

  /** undefined where calls on the root's file system may block. */
  static forRoot(
    root: string,
    calls: NativeBindings,
    clock: Pick<FileClock, 'now'>,
  ): NativeProbe | undefined {
    const filesystem = filesystemTypeSync(root)
    if (filesystem === 'other') return undefined
    const { dev } = fs.statSync(root, { bigint: true })
    // tmpfs rejects RWF_NOWAIT with EOPNOTSUPP; its bytes are always in memory.
    const flags = BigInt(filesystem === 'memory' ? 0 : RWF_NOWAIT)
    const numbers = new Uint8Array(BigInt64Array.of(dev, flags).buffer)
    return new NativeProbe(calls, clock, Buffer.concat([numbers, Buffer.from(`${root}\0`)]))
  }

  isCurrent({ versions, offset }: ProbeTarget): boolean {
    return this.calls.isCurrent(versions, offset, 0) === 1
  }

  isUnlinked({ versions, offset }: ProbeTarget): boolean {
    return this.calls.isCurrent(versions, offset, NO_LINK) === 1
  }

  isFolderWithinRoot(key: string): boolean {
    return this.#probe(key, this.#identity, 0) === -EISDIR
  }

  isWithinRoot(file: ProbeTarget): boolean {
    return this.#probe(file.key, this.#identity, 0) === 0 && isVersionOf(file, this.#identity)
  }

  probe(key: string): ProbeResult | undefined {
    const now = this.clock.now()
    const count = this.#probe(key, this.#result, 0)
    if (count < 0) return undefined
    const identity = identityIn(this.#result)
    // Nobody has looked for writers: where there may be one, the file is opened.
    if (!isSettled(identity, now, 'possible') || isTooLarge(identity)) return undefined
    const isWhole = identity.size === BigInt(count)
    const bytes = isWhole ? this.#result.subarray(IDENTITY_SIZE, IDENTITY_SIZE + count) : undefined
    return { identity, bytes }
  }

  read(file: ProbeTarget, { start, end }: Slice): Buffer | undefined {
    const length = end - start
    if (length > SMALL_FILE) return undefined
    const result = Buffer.allocUnsafe(IDENTITY_SIZE + length)
    const isComplete = this.#probe(file.key, result, start) === length && isVersionOf(file, result)
    return isComplete ? result.subarray(IDENTITY_SIZE) : undefined
  }

  /** Fills `result` with an identity and the bytes behind it. Returns their number, or a negative errno. */
  #probe(key: string, result: Buffer, position: number): number {
    // A UTF-16 code unit takes at most three bytes in UTF-8.
    if (key.length * 3 >= PATH_MAX) return -1
    this.#target[this.#keyOffset + this.#target.write(key, this.#keyOffset)] = 0
    return this.calls.probe(this.#target, result, position)
  }
}

function isVersionOf({ versions, offset }: ProbeTarget, identity: Buffer): boolean {
  return identity.compare(versions, offset, offset + IDENTITY_SIZE, 0, IDENTITY_SIZE) === 0
}
