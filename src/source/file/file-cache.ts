import { LRUCache } from 'lru-cache'
import type { Slice } from '../../http/byte-range.js'
import type { CachedFile, Facts } from '../representation.js'
import type { DateStrength } from './date-history.js'
import { CONTAINMENT_TTL } from './descriptor-cache.js'
import { fileMetadata } from './file-metadata.js'
import type { FileProbe, ProbeTarget } from './file-probe.js'
import type { FileRoot } from './file-root.js'
import { type FileIdentity, identityIn, isSame, versionedPath } from './file-version.js'
import { SMALL_FILE } from './native-probe.js'

/** Bytes of all entries together. */
const MOST_BYTES = 128 * 1024 * 1024
/** Estimated bytes of an entry without its content. */
const ENTRY_OVERHEAD = 1536

/** The values of a new entry. */
interface VersionFacts {
  readonly path: string
  readonly key: string
  readonly identity: FileIdentity
  readonly facts: Facts
  /** All bytes of a small file, if they were read. */
  readonly bytes: Buffer | undefined
}

/** One version of a file: its facts, and the content of a small file that was read. */
class CachedVersion implements CachedFile, ProbeTarget {
  readonly path: string
  readonly key: string
  readonly facts: Facts
  readonly bytes: Buffer | undefined
  readonly version: Buffer
  rendered: unknown
  /** When the path was last verified to lie within the root, in ms. */
  #containedAt: number

  constructor(
    { path, key, identity, facts, bytes }: VersionFacts,
    private readonly probe: FileProbe,
    private readonly now: () => number,
  ) {
    this.path = path
    this.key = key
    this.facts = facts
    this.bytes = bytes
    this.version = versionedPath(path, identity)
    this.#containedAt = now()
  }

  get isSmall(): boolean {
    return this.facts.size <= SMALL_FILE
  }

  /** Whether the path still leads to this version, within the root. */
  isCurrent(): boolean {
    const now = this.now()
    if (now - this.#containedAt <= CONTAINMENT_TTL) return this.probe.isCurrent(this)
    if (!this.probe.isWithinRoot(this)) return false
    this.#containedAt = now
    return true
  }

  read(slice: Slice): Buffer | undefined {
    return this.bytes?.subarray(slice.start, slice.end) ?? this.probe.read(this, slice)
  }
}

/** Entries of any number of roots, by `FileRoot.idOf`, least recently used first out. */
export type FileCacheEntries = LRUCache<string, CachedVersion>

/** @param mostBytes bound of all contents and entries together. Default 128 MiB. */
export function fileCacheEntries(mostBytes = MOST_BYTES): FileCacheEntries {
  return new LRUCache({
    maxSize: mostBytes,
    sizeCalculation: ({ bytes }) => (bytes?.length ?? 0) + ENTRY_OVERHEAD,
  })
}

/**
 * Facts and small contents of the files of one root on local storage. `find` returns an entry only after a
 * probe within the same call has found that version under its path, so a replaced or rewritten file is
 * never returned.
 */
export class FileCache {
  /** @param now ms of a monotonic clock */
  constructor(
    private readonly root: FileRoot,
    private readonly entries: FileCacheEntries,
    private readonly probe: FileProbe,
    private readonly now: () => number = () => performance.now(),
    private readonly dateStrength: DateStrength = () => 'weak',
  ) {}

  /** Removes the entries of a root that is another folder now. */
  forget(): void {
    for (const id of [...this.entries.keys()]) if (this.root.hasId(id)) this.entries.delete(id)
  }

  /**
   * Adds the facts of a file that was opened. Without `bytes`, the content of an entry for the same
   * version is kept.
   */
  put(key: string, file: Omit<VersionFacts, 'key'>): void {
    const before = this.entries.peek(this.root.idOf(key))
    const isKnown = before !== undefined && isSame(identityIn(before.version), file.identity)
    const bytes = file.bytes ?? (isKnown ? before.bytes : undefined)
    this.#set({ ...file, key, bytes })
  }

  find(key: string): CachedFile | undefined {
    const path = this.root.pathOf(key)
    if (path === undefined) return undefined
    const id = this.root.idOf(key)
    const cached = this.entries.get(id)
    if (cached === undefined) return this.#probe(path, key)
    this.root.refreshSync()
    if (!this.entries.has(id) || !cached.isCurrent()) {
      this.entries.delete(id)
      return this.#probe(path, key)
    }
    return cached.bytes === undefined && cached.isSmall
      ? (this.#probe(path, key) ?? cached)
      : cached
  }

  #probe(path: string, key: string): CachedFile | undefined {
    const found = this.probe.probe(key)
    if (found === undefined) return undefined
    const { identity, bytes } = found
    const facts = fileMetadata(path, identity, 'settled', this.dateStrength(key, identity))
    return this.#set({ path, key, identity, facts, bytes })
  }

  #set(file: VersionFacts): CachedVersion {
    const entry = new CachedVersion(file, this.probe, this.now)
    this.entries.set(this.root.idOf(file.key), entry)
    return entry
  }
}
