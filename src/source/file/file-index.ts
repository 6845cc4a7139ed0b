import type { CachedVersion } from './cached-version.js'
import { ContentSlab } from './content-slab.js'
import type { FileIdentity } from './file-version.js'
import { type VersionPlace, VersionTable } from './version-table.js'

/** Bytes of all contents. */
export const CONTENT_CACHE = 128 * 1024 * 1024
/** Bytes of contents for each entry that the index may have: most entries have no content where files are many. */
const BYTES_PER_ENTRY = 2_048
/** Entries without contents, at least. */
const LEAST_ENTRIES = 1_024

/**
 * Entries of any number of roots, in numbered slots. Where all are taken, one that was not found lately gives its slot
 * up: the hand of a clock passes over those that were.
 */
export class FileIndex {
  readonly contents: ContentSlab
  readonly #versions = new VersionTable()
  readonly #entries: (CachedVersion | undefined)[] = []
  /** Slots of entries that were removed. */
  readonly #free: number[] = []
  readonly #most: number
  #hand = 0

  /** @param contentBytes bytes of all contents. Default 128 MiB */
  constructor(contentBytes = CONTENT_CACHE) {
    this.contents = new ContentSlab(contentBytes)
    this.#most = Math.max(LEAST_ENTRIES, Math.floor(contentBytes / BYTES_PER_ENTRY))
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.length - this.#free.length
  }

  /** Adds the entry that `create` returns for a slot and the version in it. */
  add(
    path: string,
    identity: FileIdentity,
    create: (slot: number, place: VersionPlace) => CachedVersion,
  ): CachedVersion {
    const slot = this.#takeSlot()
    const entry = create(slot, this.#versions.set(slot, path, identity))
    this.#entries[slot] = entry
    return entry
  }

  remove(entry: CachedVersion): void {
    if (entry.isRemoved) return
    this.#entries[entry.slot] = undefined
    this.#free.push(entry.slot)
    entry.removed()
  }

  #takeSlot(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#entries.length < this.#most) return this.#entries.length
    for (;;) {
      const slot = this.#hand
      this.#hand = (slot + 1) % this.#entries.length
      const entry = this.#entries[slot]
      // No slot is without an entry: those are in `#free`.
      if (entry === undefined || !entry.isUsed) {
        entry?.removed()
        return slot
      }
      entry.isUsed = false
    }
  }
}
