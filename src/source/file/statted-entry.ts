import type { BigIntStats } from 'node:fs'
import type { Entry } from '../entry.js'
import { entityTagOf } from './file-version.js'
import type { FilesystemType } from './filesystem-type.js'
import { isSettled } from './settled-stat.js'

/** Where and when a stat was made. */
export interface StatPlace {
  /** ms since the epoch, before the stat. */
  readonly seen: number
  readonly filesystem: FilesystemType
}

/**
 * An entry of a folder. What only archives need is computed when it is read, and is no property of its own: copies of
 * the entry, as pages make them, don't have it. Keeps few members of the stat, since a folder may have 100,000 entries.
 */
export class StattedEntry implements Entry {
  readonly name: string
  readonly kind: 'file' | 'directory'
  readonly size: number
  readonly lastModified: number
  readonly #identity: Pick<BigIntStats, 'ino' | 'mtimeNs' | 'ctimeNs'>
  readonly #device: bigint | undefined
  readonly #mode: number
  readonly #isVersion: boolean

  constructor(name: string, stat: BigIntStats, { seen, filesystem }: StatPlace) {
    const isFile = stat.isFile()
    this.name = name
    this.kind = isFile ? 'file' : 'directory'
    this.size = isFile ? Number(stat.size) : 0
    this.lastModified = Number(stat.mtimeNs) / 1e6
    this.#identity = { ino: stat.ino, mtimeNs: stat.mtimeNs, ctimeNs: stat.ctimeNs }
    this.#device = isFile ? undefined : stat.dev
    this.#mode = Number(stat.mode & 0o777n)
    // Files of /proc report no bytes, and have some.
    const hasSize = stat.size > 0n || filesystem !== 'other'
    this.#isVersion = isFile && hasSize && isSettled(stat, seen, 'possible')
  }

  /** undefined where only an open file tells whether the stat is that of a version. */
  get etag(): string | undefined {
    return this.#isVersion ? entityTagOf({ ...this.#identity, size: BigInt(this.size) }) : undefined
  }

  get mode(): number {
    return this.#mode
  }

  get folderId(): string | undefined {
    return this.#device === undefined ? undefined : `${this.#device} ${this.#identity.ino}`
  }
}
