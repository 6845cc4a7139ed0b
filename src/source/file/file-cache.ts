import type { CachedFile, Facts } from '../representation.js'
import { CachedVersion, type CacheHome } from './cached-version.js'
import type { DateStrength } from './date-history.js'
import type { FileIndex } from './file-index.js'
import { fileMetadata } from './file-metadata.js'
import type { FileProbe } from './file-probe.js'
import type { FileRoot } from './file-root.js'
import type { FileIdentity } from './file-version.js'
import { FolderContainment } from './folder-containment.js'

/** The values of a new entry. */
interface VersionFacts {
  readonly path: string
  readonly identity: FileIdentity
  readonly facts: Facts
  /** All bytes of a small file, if they were read. They are copied. */
  readonly bytes: Uint8Array | undefined
}

/**
 * Facts and small contents of the files of one root on local storage. `find` returns an entry only after a
 * probe within the same call has found that version under its path, so a replaced or rewritten file is
 * never returned.
 */
export class FileCache {
  readonly #entries = new Map<string, CachedVersion>()
  readonly #home: CacheHome

  /** @param now ms of a monotonic clock */
  constructor(
    private readonly root: FileRoot,
    private readonly index: FileIndex,
    private readonly probe: FileProbe,
    now: () => number = () => performance.now(),
    private readonly dateStrength: DateStrength = () => 'weak',
  ) {
    this.#home = {
      probe,
      folders: new FolderContainment(probe),
      now,
      pathOf: (key) => root.pathOf(key),
      removed: ({ key }) => this.#entries.delete(key),
    }
  }

  /** Removes the entries of a root that is another folder now. */
  forget(): void {
    for (const entry of [...this.#entries.values()]) this.index.remove(entry)
    this.#home.folders.forget()
  }

  /**
   * Adds the facts of a file that was opened. Without `bytes`, the content of an entry for the same
   * version is kept.
   */
  put(key: string, file: VersionFacts): void {
    const known = this.#versionOf(key, file.identity)
    known?.update(file.facts)
    this.#fill(known ?? this.#add(key, file), file.bytes)
  }

  find(key: string): CachedFile | undefined {
    const cached = this.#entries.get(key)
    if (cached === undefined) return this.#probe(key)
    this.root.refreshSync()
    if (cached.isRemoved) return this.#probe(key)
    cached.isUsed = true
    const isComplete = cached.hasContent || !cached.isSmall || !this.index.contents.isEnabled
    // A probe verifies the version and the path too.
    const probed = isComplete ? undefined : this.#probe(key)
    if (probed !== undefined) return probed
    if (!cached.isRemoved && cached.isCurrent()) return cached
    this.index.remove(cached)
    return isComplete ? this.#probe(key) : undefined
  }

  #probe(key: string): CachedFile | undefined {
    const path = this.root.pathOf(key)
    if (path === undefined) return undefined
    const found = this.probe.probe(key)
    if (found === undefined) return undefined
    const { identity, bytes } = found
    const known = this.#versionOf(key, identity)
    if (known !== undefined) return this.#fill(known, bytes)
    const facts = fileMetadata(path, identity, 'settled', this.dateStrength(key, identity))
    return this.#fill(this.#add(key, { path, identity, facts }), bytes)
  }

  /** The entry of this version. That of another one is removed. */
  #versionOf(key: string, identity: FileIdentity): CachedVersion | undefined {
    const known = this.#entries.get(key)
    if (known === undefined || known.isVersion(identity)) return known
    this.index.remove(known)
    return undefined
  }

  #add(key: string, { path, identity, facts }: Omit<VersionFacts, 'bytes'>): CachedVersion {
    const entry = this.index.add(
      path,
      identity,
      (slot, place) => new CachedVersion(this.#home, key, slot, facts, place),
    )
    this.#entries.set(key, entry)
    return entry
  }

  #fill(entry: CachedVersion, bytes: Uint8Array | undefined): CachedVersion {
    if (bytes !== undefined && !entry.hasContent) entry.content = this.index.contents.add(bytes)
    return entry
  }
}
