import fs from 'node:fs'
import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { LocalFile } from '../local-file.js'
import { statPathSync } from './descriptor.js'
import type { FileRoot } from './file-root.js'
import { isSame } from './file-version.js'
import { OpenFile } from './open-file.js'
import { SharedStats } from './shared-stats.js'

/** Files that are kept open. */
const MOST_OPEN = 256
/**
 * ms for which a path counts as within its root after that was verified: folders and symbolic links on the
 * way may be moved. An idle descriptor is closed within twice that time.
 */
export const CONTAINMENT_TTL = 900

/**
 * Keeps files open for later requests, which then cost one stat instead of open, fstat and close. `find`
 * returns a file only after a stat that began after the call has found the same version under its path, so
 * a replaced or rewritten file is never returned. An `id` is unique to a root and a key
 * (`FileRoot.idOf`): a path that lies within one root may lead out of another.
 */
export class DescriptorCache {
  readonly #stats = new SharedStats()
  readonly #files: LRUCache<string, OpenFile>
  /** Opens that are running, by id. */
  readonly #opening = new Map<string, Promise<unknown>>()
  #sweep: NodeJS.Timeout | undefined

  /**
   * @param most how many files are kept open
   * @param now ms of a monotonic clock
   */
  constructor(most = MOST_OPEN, now: () => number = () => performance.now()) {
    this.#files = new LRUCache({
      max: most,
      ttl: CONTAINMENT_TTL,
      perf: { now },
      dispose: (file) => void file.release().catch(() => {}),
    })
  }

  /**
   * Calls `use` with the cached file, acquired for it, or else `open`, which may `put` a file. Of
   * concurrent callers one opens, and the others try the cache again once it has.
   */
  async findOrOpen<T>(id: string, use: (file: OpenFile) => T, open: () => Promise<T>): Promise<T> {
    const found = await this.find(id)
    if (found !== undefined) return use(found)
    // Set in the same turn as it is read, so that no two callers open at the same time.
    const running = this.#opening.get(id)
    if (running !== undefined) {
      await running.catch(() => {})
      const opened = await this.find(id)
      if (opened !== undefined) return use(opened)
    }
    const opening = open()
    this.#opening.set(id, opening)
    try {
      return await opening
    } finally {
      if (this.#opening.get(id) === opening) this.#opening.delete(id)
    }
  }

  /** The open file, acquired for the caller, if it is still the version under its path. */
  async find(id: string): Promise<OpenFile | undefined> {
    const file = this.#files.get(id)
    if (file === undefined) return undefined
    file.acquire()
    const now =
      file.filesystem !== 'other' ? statPathSync(file.path) : await this.#stats.of(file.path)
    if (now !== undefined && isSame(file.version, now)) return file
    if (this.#files.peek(id) === file) this.#files.delete(id)
    await file.release()
    return undefined
  }

  /**
   * Whether a path in the folder of an open file leads nowhere. false also where finding out could block.
   * A symbolic link counts as present: it may lead to another device.
   */
  isAbsent(path: string, { file }: { readonly file?: LocalFile }): boolean {
    if (!(file instanceof OpenFile) || file.filesystem === 'other') return false
    if (dirname(path) !== dirname(file.path)) return false
    try {
      return fs.lstatSync(path, { throwIfNoEntry: false }) === undefined
    } catch {
      return false
    }
  }

  /** Keeps a file open. */
  put(id: string, file: OpenFile): void {
    this.#files.set(id, file.acquire())
    this.#scheduleSweep()
  }

  /** Releases the files of a root that is another folder now. */
  forget(root: Pick<FileRoot, 'hasId'>): void {
    for (const id of [...this.#files.keys()]) if (root.hasId(id)) this.#files.delete(id)
  }

  /** Releases all files, for when the process is out of descriptors. */
  clear(): void {
    this.#files.clear()
  }

  #scheduleSweep(): void {
    this.#sweep ??= setTimeout(() => {
      this.#sweep = undefined
      this.#files.purgeStale()
      if (this.#files.size > 0) this.#scheduleSweep()
    }, CONTAINMENT_TTL).unref()
  }
}
