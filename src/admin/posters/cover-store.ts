import { LRUCache } from 'lru-cache'
import { FairGate } from '../../async/fair-gate.js'
import type { Representation } from '../../source/representation.js'
import { type Cover, readCover } from './embedded-cover.js'

/** bytes of all covers that are kept. A file without a cover is kept as such, and counts as 1 kB. */
const MAX_KEPT = 32 * 1024 * 1024
const NOTHING = 1024
/** ms until the search for a cover is given up. */
const TIMEOUT = 10_000

/** The client of a search, and the signal of its request. */
export interface CoverClient {
  /** Clients take turns by this. */
  readonly address: string
  readonly signal: AbortSignal
}

/** Finds the covers of files, a few at a time, and keeps them by the version of their file. */
export class CoverStore {
  readonly #kept = new LRUCache<string, { readonly cover: Cover | undefined }>({
    maxSize: MAX_KEPT,
    sizeCalculation: ({ cover }) => (cover?.bytes.byteLength ?? 0) + NOTHING,
  })
  readonly #gate = new FairGate({
    running: 2,
    places: 512,
    placesPerGroup: 256,
    items: 512,
    itemsPerGroup: 256,
  })

  /**
   * The cover of an open file; undefined if it has none.
   *
   * @throws LastbyteError SOURCE_BUSY where too many wait; the signal's reason
   */
  async find(
    key: string,
    representation: Pick<Representation, 'facts' | 'read'>,
    { address, signal }: CoverClient,
  ): Promise<Cover | undefined> {
    const { etag } = representation.facts
    const version = etag === undefined ? undefined : `${etag} ${key}`
    const known = version === undefined ? undefined : this.#kept.get(version)
    if (known !== undefined) return known.cover
    const leave = await this.#gate.enter(address, signal)
    try {
      const limit = AbortSignal.timeout(TIMEOUT)
      const cover = await readCover(representation, AbortSignal.any([signal, limit]))
      if (version !== undefined) this.#kept.set(version, { cover })
      return cover
    } catch (error) {
      signal.throwIfAborted()
      // A source that is too slow has no cover this time.
      if ((error as Error).name === 'TimeoutError') return undefined
      throw error
    } finally {
      leave()
    }
  }
}
