import fs from 'node:fs'
import type { Slice } from '../../http/byte-range.js'
import { type NativeBindings, RWF_NOWAIT } from '../../native/bindings.js'
import type { FileProbe, ProbeResult, StandingFile } from './file-probe.js'
import { IDENTITY_SIZE, identityIn, isFresh } from './file-version.js'
import { filesystemTypeSync } from './filesystem-type.js'

/** Bytes of a file up to which all of it is read at once, and of a slice. */
export const SMALL_FILE = 128 * 1024

/** Bytes of the longest path that the system takes. */
const LONGEST_PATH = 4096

/**
 * Opens, looks, reads and closes within one call of the system: the file is beneath the root then, by
 * links within it alone, and the same before and after. What is on a disk, and would have to be waited
 * for, is not had in this way.
 */
export class NativeProbe implements FileProbe {
  /** Where to look: of the key that is written behind what is the same for all. */
  readonly #place: Buffer
  readonly #keyAt: number
  readonly #room = Buffer.alloc(IDENTITY_SIZE + SMALL_FILE)
  readonly #identity = this.#room.subarray(0, IDENTITY_SIZE)

  /** @param flags for reads */
  private constructor(
    private readonly calls: NativeBindings,
    root: string,
    device: bigint,
    flags: number,
  ) {
    const numbers = new Uint8Array(BigInt64Array.of(device, BigInt(flags)).buffer)
    const prefix = Buffer.concat([numbers, Buffer.from(`${root}\0`)])
    this.#keyAt = prefix.length
    this.#place = Buffer.concat([prefix], prefix.length + LONGEST_PATH)
  }

  /** undefined where the root is not on this machine's own storage: nothing is had of it without waiting. */
  static into(root: string, calls: NativeBindings): NativeProbe | undefined {
    const place = filesystemTypeSync(root)
    if (place === 'other') return undefined
    const { dev } = fs.statSync(root, { bigint: true })
    // Storage in memory does not know the flag, and does not need it.
    return new NativeProbe(calls, root, dev, place === 'memory' ? 0 : RWF_NOWAIT)
  }

  isCurrent({ version }: StandingFile): boolean {
    return this.calls.isCurrent(version) === 1
  }

  isBeneath({ key, version }: StandingFile): boolean {
    return this.#look(key, this.#identity, 0) === 0 && isOf(version, this.#identity)
  }

  meet(key: string): ProbeResult | undefined {
    const at = Date.now()
    const count = this.#look(key, this.#room, 0)
    if (count < 0) return undefined
    const identity = identityIn(this.#room)
    if (isFresh(identity, at)) return undefined
    const isWhole = identity.size === BigInt(count)
    const bytes = isWhole
      ? Buffer.from(this.#room.subarray(IDENTITY_SIZE, IDENTITY_SIZE + count))
      : undefined
    return { identity, bytes }
  }

  read({ key, version }: StandingFile, { start, end }: Slice): Buffer | undefined {
    const length = end - start
    if (length > SMALL_FILE) return undefined
    const into = Buffer.allocUnsafe(IDENTITY_SIZE + length)
    const isThere = this.#look(key, into, start) === length && isOf(version, into)
    return isThere ? into.subarray(IDENTITY_SIZE) : undefined
  }

  /** Fills `into` with an identity and, behind it, bytes. Gives how many those are, or a negative number. */
  #look(key: string, into: Buffer, position: number): number {
    // In UTF-8 a character takes up to three bytes; the last byte ends it.
    if (key.length * 3 >= LONGEST_PATH) return -1
    this.#place[this.#keyAt + this.#place.write(key, this.#keyAt)] = 0
    return this.calls.probe(this.#place, into, position)
  }
}

function isOf(version: Uint8Array, seen: Buffer): boolean {
  return seen.compare(version, 0, IDENTITY_SIZE, 0, IDENTITY_SIZE) === 0
}
