import { LRUCache } from 'lru-cache'
import type { Slice } from '../../http/byte-range.js'
import { loadBindings } from '../../native/bindings.js'
import type { CachedFile, Facts } from '../byte-source.js'
import { CONTAINMENT_TTL } from './descriptor-cache.js'
import { fileMetadata } from './file-metadata.js'
import { type FileProbe, PORTABLE_PROBE, type StandingFile } from './file-probe.js'
import { idOf } from './file-root.js'
import { type FileIdentity, identityIn, isSame, versionAt } from './file-version.js'
import { NativeProbe, SMALL_FILE } from './native-probe.js'

/** Bytes that are kept in all, with what is kept beside them. */
const MOST_BYTES = 128 * 1024 * 1024
/** Bytes that an entry takes besides its content. */
const BESIDE = 1536

/** A file at one version: what is told of it, and if it is small and was read, all its bytes. */
class KnownFile implements CachedFile, StandingFile {
  readonly version: Buffer
  rendered: unknown
  /** When it was last seen to be beneath its root, in ms. */
  #provenAt = performance.now()

  constructor(
    private readonly looks: FileProbe,
    readonly path: string,
    readonly key: string,
    identity: FileIdentity,
    readonly facts: Facts,
    readonly bytes: Buffer | undefined,
  ) {
    this.version = versionAt(path, identity)
  }

  get isSmall(): boolean {
    return this.facts.size <= SMALL_FILE
  }

  /** Whether it is what stands under its path now. */
  stands(): boolean {
    const now = performance.now()
    if (now - this.#provenAt <= CONTAINMENT_TTL) return this.looks.isCurrent(this)
    if (!this.looks.isBeneath(this)) return false
    this.#provenAt = now
    return true
  }

  read(slice: Slice): Buffer | undefined {
    return this.bytes?.subarray(slice.start, slice.end) ?? this.looks.read(this, slice)
  }
}

/** Those of all roots of the process, by their ids, so that there is one bound. */
const files = new LRUCache<string, KnownFile>({
  maxSize: MOST_BYTES,
  sizeCalculation: ({ bytes }) => (bytes?.length ?? 0) + BESIDE,
})

/**
 * What is known of the files of a root on this machine's own storage, each at one version. It is given
 * only after a look at the path, in the same turn, has found that very version: of what was replaced or
 * rewritten nothing is given.
 */
export class FileCache {
  readonly #looks: FileProbe

  constructor(private readonly root: string) {
    this.#looks = looksInto(root)
  }

  /** Keeps what was opened under a path: its bytes, where all of them have been read. */
  keep(path: string, identity: FileIdentity, facts: Facts, bytes?: Buffer): void {
    const key = path.slice(this.root.length + 1)
    const before = files.peek(idOf(this.root, key))
    const known = before && isSame(identityIn(before.version), identity) ? before.bytes : undefined
    this.#keep(new KnownFile(this.#looks, path, key, identity, facts, bytes ?? known))
  }

  /** @param path of the key in the root */
  find(path: string, key: string): CachedFile | undefined {
    const id = idOf(this.root, key)
    const file = files.get(id)
    if (file === undefined) return this.#meet(path, key)
    if (!file.stands()) {
      files.delete(id)
      return this.#meet(path, key)
    }
    return file.bytes === undefined && file.isSmall ? (this.#meet(path, key) ?? file) : file
  }

  #meet(path: string, key: string): CachedFile | undefined {
    const met = this.#looks.meet(key)
    if (met === undefined) return undefined
    const { identity, bytes } = met
    const facts = fileMetadata(path, identity, 'settled')
    return this.#keep(new KnownFile(this.#looks, path, key, identity, facts, bytes))
  }

  #keep(file: KnownFile): KnownFile {
    files.set(idOf(this.root, file.key), file)
    return file
  }
}

function looksInto(root: string): FileProbe {
  const capability = loadBindings()
  const glances =
    capability.kind === 'native' ? NativeProbe.into(root, capability.calls) : undefined
  return glances ?? PORTABLE_PROBE
}
