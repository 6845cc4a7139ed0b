import fs, { type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { LocalFile } from '../byte-source.js'
import { statPathSync } from './descriptor.js'
import { isSame } from './file-version.js'
import { OpenFile } from './open-file.js'

/** Files that are held open for the next request. */
const MOST_OPEN = 256
/**
 * ms for which it is taken for granted that a path leads where it was seen to lead: into the root, by
 * folders and links that may be moved. A file that is held open closes within twice that time.
 */
export const CONTAINMENT_TTL = 900

/**
 * Open files for the next request of the same path, which then costs one look instead of opening,
 * reading and closing. A file is given out only after a look that began after it was asked for has
 * found the very same version under its path: what was replaced or rewritten is never given. An `id`
 * is a key in its root, since what leads into one root may lead out of another.
 */
export class DescriptorCache {
  readonly #looks = new Looks()
  readonly #files = new LRUCache<string, OpenFile>({
    max: MOST_OPEN,
    ttl: CONTAINMENT_TTL,
    dispose: (file) => void file.release().catch(() => {}),
  })
  /** What is being opened, by whoever came first. */
  readonly #openings = new Map<string, Promise<unknown>>()
  #sweep: NodeJS.Timeout | undefined

  /**
   * What `given` makes of the file if it is open, or else what `open` gives, which may keep it. Of many
   * who ask at the same time one opens it, and the others have a look at what that one has opened.
   */
  async findOrOpen<T>(
    id: string,
    given: (file: OpenFile) => T,
    open: () => Promise<T>,
  ): Promise<T> {
    const found = (await this.find(id)) ?? (await this.#afterOpening(id))
    if (found !== undefined) return given(found)
    const opening = open()
    this.#openings.set(id, opening)
    try {
      return await opening
    } finally {
      if (this.#openings.get(id) === opening) this.#openings.delete(id)
    }
  }

  async #afterOpening(id: string): Promise<OpenFile | undefined> {
    const opening = this.#openings.get(id)
    if (opening === undefined) return undefined
    await opening.catch(() => {})
    return this.find(id)
  }

  /** The file if it is open and what stands under its path now; held for whoever asked. */
  async find(id: string): Promise<OpenFile | undefined> {
    const file = this.#files.get(id)
    if (file === undefined) return undefined
    file.hold()
    const now =
      file.filesystem !== 'other' ? statPathSync(file.path) : await this.#looks.at(file.path)
    if (now !== undefined && isSame(file.version, now)) return file
    if (this.#files.peek(id) === file) this.#files.delete(id)
    await file.release()
    return undefined
  }

  /** Whether memory alone can tell that nothing stands under a path in the folder of an open file. */
  knowsAbsent(path: string, { file }: { readonly file?: LocalFile }): boolean {
    if (!(file instanceof OpenFile) || file.filesystem === 'other') return false
    if (dirname(path) !== dirname(file.path)) return false
    try {
      // Not where a symlink leads, which may be on another device.
      return fs.lstatSync(path, { throwIfNoEntry: false }) === undefined
    } catch {
      return false
    }
  }

  keep(id: string, file: OpenFile): void {
    this.#files.set(id, file.hold())
    this.#sweepLater()
  }

  /** Lets go of what nobody uses, where descriptors have run out. */
  clear(): void {
    this.#files.clear()
  }

  #sweepLater(): void {
    this.#sweep ??= setTimeout(() => {
      this.#sweep = undefined
      this.#files.purgeStale()
      if (this.#files.size > 0) this.#sweepLater()
    }, CONTAINMENT_TTL).unref()
  }
}

/** Stats of paths. Who asks while one is under way shares the next, which begins after they asked. */
class Looks {
  readonly #running = new Map<string, Promise<BigIntStats | undefined>>()
  readonly #next = new Map<string, Promise<BigIntStats | undefined>>()

  /** undefined where nothing can be seen. */
  at(path: string): Promise<BigIntStats | undefined> {
    const running = this.#running.get(path)
    if (running === undefined) return this.#look(path)
    let next = this.#next.get(path)
    if (next === undefined) {
      next = running.then(() => {
        this.#next.delete(path)
        return this.#look(path)
      })
      this.#next.set(path, next)
    }
    return next
  }

  #look(path: string): Promise<BigIntStats | undefined> {
    const look = new Promise<BigIntStats | undefined>((resolve) => {
      fs.stat(path, { bigint: true }, (error, stat) => {
        this.#running.delete(path)
        resolve(error ? undefined : stat)
      })
    })
    this.#running.set(path, look)
    return look
  }
}
