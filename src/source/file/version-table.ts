import { type FileIdentity, IDENTITY_SIZE, versionedPath, writeIdentity } from './file-version.js'

/** Bytes of a slot: an identity, a path and its NUL byte. A longer path has a buffer of its own. */
const SLOT_SIZE = 256
/** Slots for which memory is taken at once. */
const SLOTS_IN_BLOCK = 4_096

/** An encoded version, as `NativeBindings.isCurrent` expects it. */
export interface VersionPlace {
  readonly versions: Buffer
  readonly offset: number
}

/** Encoded versions in numbered slots of a few large buffers, so that 100,000 of them are no 100,000 buffers. */
export class VersionTable {
  readonly #blocks: Buffer[] = []

  /** Stores a version in a slot, in place of the one that it had. */
  set(slot: number, path: string, identity: FileIdentity): VersionPlace {
    // A UTF-16 code unit takes at most three bytes in UTF-8.
    if (IDENTITY_SIZE + path.length * 3 >= SLOT_SIZE) {
      return { versions: versionedPath(path, identity), offset: 0 }
    }
    const versions = this.#block(Math.floor(slot / SLOTS_IN_BLOCK))
    const offset = (slot % SLOTS_IN_BLOCK) * SLOT_SIZE
    writeIdentity(versions, offset, identity)
    const start = offset + IDENTITY_SIZE
    versions[start + versions.write(path, start)] = 0
    return { versions, offset }
  }

  #block(index: number): Buffer {
    const known = this.#blocks[index]
    if (known !== undefined) return known
    // Zeros: its last byte ends each path in it.
    const block = Buffer.alloc(SLOT_SIZE * SLOTS_IN_BLOCK)
    this.#blocks[index] = block
    return block
  }
}
