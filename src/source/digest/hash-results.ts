import { LRUCache } from 'lru-cache'
import { CrcCache } from './crc-cache.js'
import type { HashName } from './running-hash.js'

/** Digests that are cached: 10,000 of up to 64 bytes, about 2 MB with their keys. */
const MOST_CACHED = 10_000
/** CRCs that are cached: those of an archive of as many files, about 15 MB with their keys. */
const MOST_CRCS = 100_000
/** Bytes of the digests of pieces that are cached: of at least 500 files. */
const MOST_PIECES = 16 * 1024 ** 2
/** Bytes of a key and its entry, about. */
const ENTRY = 256

/** Computed hashes by the id of what they are of. Those of each kind have a bound of their own. */
export class HashResults {
  readonly #digests = new LRUCache<string, Uint8Array>({ max: MOST_CACHED })
  // The cache of a source without archives takes no memory.
  #crcs: CrcCache | undefined
  readonly #pieces = new LRUCache<string, Uint8Array>({
    maxSize: MOST_PIECES,
    sizeCalculation: (digests) => digests.length + ENTRY,
  })

  get(id: string, algorithm: HashName): Uint8Array | undefined {
    return this.#of(algorithm).get(id)
  }

  set(id: string, algorithm: HashName, result: Uint8Array): void {
    this.#of(algorithm).set(id, result)
  }

  #of(algorithm: HashName): Pick<CrcCache, 'get' | 'set'> {
    if (algorithm === 'crc32') {
      this.#crcs ??= new CrcCache(MOST_CRCS)
      return this.#crcs
    }
    return algorithm.includes('/') ? this.#pieces : this.#digests
  }
}
