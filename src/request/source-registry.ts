import { LRUCache } from 'lru-cache'
import type { ByteSource } from '../source/byte-source.js'
import { type DigestCache, digestCache, digestWorkers } from '../source/digest/digest-cache.js'
import type { AppendPolicy } from '../source/file/append-only.js'
import type { Dotfiles } from '../source/file/file-root.js'
import type { FileCaches } from '../source/file/process-caches.js'
import { type FolderSourceOptions, folderSource } from '../source/live/folder-source.js'

/** A source and the digest cache of its representations. */
export interface ServedSource {
  readonly source: ByteSource
  readonly digests: DigestCache
}

/** The settings of every source of a registration. */
interface SourceSettings {
  readonly appends: AppendPolicy
  readonly live?: FolderSourceOptions['live']
  /** Default: those of the process. */
  readonly caches?: FileCaches
  /** ms in which a source must send something. */
  readonly sourceTimeout: number
}

/**
 * Maximum number of open folders of `sendFile` calls. An application that passes a folder for each user
 * would otherwise open an unlimited number.
 */
export const MAX_ROOTS = 64

/** The source of a registration, and the sources of other folders that `sendFile` was called with. */
export class SourceRegistry {
  readonly own: ServedSource
  readonly #digestWorkers = digestWorkers()
  readonly #others = new LRUCache<string, ServedSource>({ max: MAX_ROOTS })

  constructor(
    source: ByteSource,
    private readonly settings: SourceSettings,
  ) {
    this.own = this.#serve(source)
  }

  /** Number of open folders, without the registration's own. */
  get size(): number {
    return this.#others.size
  }

  /**
   * The source of folders, given as absolute paths.
   *
   * A folder that is missing is served once it exists.
   *
   * @throws LastbyteError BAD_SETTING where one of them can't be read
   */
  forRoots(roots: readonly string[], dotfiles: Dotfiles): ServedSource {
    const name = JSON.stringify([dotfiles, ...roots])
    const known = this.#others.get(name)
    if (known !== undefined) return known
    const { appends, live, caches } = this.settings
    const files = { roots, dotfiles, appends, live, missing: 'awaited' } as const
    const source = folderSource(caches === undefined ? files : { ...files, caches })
    const served = this.#serve(source)
    this.#others.set(name, served)
    return served
  }

  async close(): Promise<void> {
    const all = [this.own, ...this.#others.values()]
    await Promise.all(all.map(({ digests }) => digests.close()))
    await this.own.source.close?.()
  }

  #serve(source: ByteSource): ServedSource {
    return {
      source,
      digests: digestCache(source, this.settings.sourceTimeout, this.#digestWorkers),
    }
  }
}
