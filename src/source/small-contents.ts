import type { BigIntStats } from 'node:fs'
import { LRUCache } from 'lru-cache'
import type { Held } from './byte-source.js'
import { lookAtOnce } from './descriptor.js'
import { isSame } from './file-version.js'
import { PROVEN } from './open-files.js'

/** Bytes of a file up to which its content is kept in memory. */
export const SMALL = 128 * 1024
/** Bytes that are kept in all, with what is kept beside them. */
const MOST_BYTES = 64 * 1024 * 1024
/** Bytes that an entry takes besides its content. */
const BESIDE = 1024
/** ms: how exactly {@link PROVEN} is kept, so that not every look asks for the time. */
const GRAIN = 50

interface SmallContent extends Held {
  readonly version: BigIntStats
}

/**
 * The bytes of small files, each at one version. They are given out only after a look at the path, in
 * the same turn, has found that very version: what was replaced or rewritten is never given.
 */
export class SmallContents {
  readonly #contents = new LRUCache<string, SmallContent>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length + BESIDE,
    ttl: PROVEN,
    ttlResolution: GRAIN,
  })

  keep(path: string, content: SmallContent): void {
    this.#contents.set(path, content)
  }

  find(path: string): Held | undefined {
    const content = this.#contents.get(path)
    if (content === undefined) return undefined
    const now = lookAtOnce(path)
    if (now !== undefined && isSame(content.version, now)) return content
    this.#contents.delete(path)
    return undefined
  }
}
