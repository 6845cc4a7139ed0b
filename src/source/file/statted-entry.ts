import type { BigIntStats } from 'node:fs'
import type { Entry } from '../byte-source.js'
import { entityTagOf } from './file-version.js'
import { isSettled } from './settled-stat.js'

/**
 * An entry of a folder. What only archives need is computed when it is read, and is no property of its own: copies of
 * the entry, as pages make them, don't have it.
 */
export class StattedEntry implements Entry {
  readonly name: string
  readonly kind: 'file' | 'directory'
  readonly size: number
  readonly lastModified: number
  readonly #stat: BigIntStats
  readonly #seen: number

  /** @param seen ms since the epoch, before the stat */
  constructor(name: string, stat: BigIntStats, seen: number) {
    const isFile = stat.isFile()
    this.name = name
    this.kind = isFile ? 'file' : 'directory'
    this.size = isFile ? Number(stat.size) : 0
    this.lastModified = Number(stat.mtimeNs) / 1e6
    this.#stat = stat
    this.#seen = seen
  }

  /** undefined where only an open file tells whether the stat is that of a version. */
  get etag(): string | undefined {
    const stat = this.#stat
    const isVersion =
      this.kind === 'file' && stat.size > 0n && isSettled(stat, this.#seen, 'possible')
    return isVersion ? entityTagOf(stat) : undefined
  }

  get mode(): number {
    return Number(this.#stat.mode & 0o777n)
  }

  get folderId(): string | undefined {
    return this.kind === 'file' ? undefined : `${this.#stat.dev} ${this.#stat.ino}`
  }
}
