import type { Slice } from '../../http/byte-range.js'
import type { CachedFile, Facts } from '../representation.js'
import { isKept, retain, type SlabPlace, viewOf } from './content-slab.js'
import { CONTAINMENT_TTL } from './descriptor-cache.js'
import type { FileProbe, ProbeTarget } from './file-probe.js'
import { type FileIdentity, identityIn, isSame } from './file-version.js'
import { type ContainedFolder, type FolderContainment, isVerified } from './folder-containment.js'
import { SMALL_FILE } from './native-probe.js'
import type { VersionPlace } from './version-table.js'

/** The root whose files are cached. */
export interface CacheHome {
  readonly probe: FileProbe
  readonly folders: FolderContainment
  /** ms of a monotonic clock. */
  readonly now: () => number
  pathOf(key: string): string | undefined
  /** Called when the entry has lost its slot. */
  removed(entry: CachedVersion): void
}

/** One version of a file: its facts, and where its encoded version and the content of a small file are. */
export class CachedVersion implements CachedFile, ProbeTarget {
  rendered: unknown
  content: SlabPlace | undefined
  /** Whether it was found again since the index last looked for an entry to remove. */
  isUsed = false
  /** Whether it was removed from the index. */
  isRemoved = false
  /** When its own path was last verified to lie within the root, in ms. */
  #containedAt: number
  readonly #folder: ContainedFolder
  readonly versions: Buffer
  readonly offset: number

  constructor(
    private readonly home: CacheHome,
    readonly key: string,
    /** Its number in the index. */
    readonly slot: number,
    public facts: Facts,
    { versions, offset }: VersionPlace,
  ) {
    this.versions = versions
    this.offset = offset
    this.#folder = home.folders.folderOf(key)
    this.#containedAt = home.now()
  }

  get path(): string {
    return this.home.pathOf(this.key) ?? ''
  }

  get isSmall(): boolean {
    return this.facts.size <= SMALL_FILE
  }

  get hasContent(): boolean {
    return this.content !== undefined && isKept(this.content)
  }

  isVersion(identity: FileIdentity): boolean {
    return isSame(identityIn(this.versions, this.offset), identity)
  }

  /** Takes the facts of the same version from an open file, whose path was verified. */
  update(facts: Facts): void {
    this.facts = facts
    this.rendered = undefined
    this.#containedAt = this.home.now()
  }

  /** Whether the path still leads to this version, within the root. */
  isCurrent(): boolean {
    const { probe, folders, now: clock } = this.home
    const folder = this.#folder
    const now = clock()
    if (isVerified(folder, now) && probe.isUnlinked(this)) return true
    if (now - this.#containedAt <= CONTAINMENT_TTL) return probe.isCurrent(this)
    if (!isVerified(folder, now) && folders.verify(folder, now) && probe.isUnlinked(this)) {
      return true
    }
    if (!probe.isWithinRoot(this)) return false
    this.#containedAt = now
    return true
  }

  read(slice: Slice): Buffer | undefined {
    const { content } = this
    const known = content && viewOf(content, slice.start, slice.end)
    return known ?? this.home.probe.read(this, slice)
  }

  /** See `CachedFile.retain`. */
  retain(): () => void {
    return this.content === undefined ? () => {} : retain(this.content)
  }

  removed(): void {
    this.isRemoved = true
    this.home.removed(this)
  }
}
