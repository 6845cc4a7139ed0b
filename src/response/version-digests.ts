import type { Transfer } from '../delivery/transfer.js'
import type { Slice } from '../http/byte-range.js'
import { ALGORITHMS, type Algorithm } from '../http/digest-fields.js'
import type { DigestValue } from '../http/digest-value.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Settings } from '../settings/settings.js'
import type { DigestCache, DigestSubject } from '../source/digest/digest-cache.js'
import type { Asker } from '../source/digest/fair-queue.js'
import type { HashName } from '../source/digest/running-hash.js'
import type { Facts, Representation } from '../source/representation.js'
import { askerOf } from './asker.js'

/** The version whose digests are computed. */
export interface DigestedVersion {
  readonly key: string
  /** The path of the request target, where that names the representation instead of the key. */
  readonly path?: string | undefined
  readonly query?: string | undefined
  readonly etag: string
  /** Bytes. */
  readonly size: number
  /** The digest of the whole representation, if the source supplies it. */
  readonly digest?: DigestValue | undefined
  /** One that may be read later, which the key alone does not lead to. */
  readonly representation?: Representation | undefined
}

/** The facts of a representation that identify it for the cache of digests. */
export function digestedVersion(
  { key, representation }: Pick<FoundRepresentation, 'key' | 'representation'>,
  etag: string,
): DigestedVersion {
  const lasting = representation.handle === 'none' ? representation : undefined
  return { ...versionOf(key, representation.facts, etag), representation: lasting }
}

/** The same, by the facts of a representation that the key leads to. */
export function versionOf(key: string, facts: Facts, etag: string): DigestedVersion {
  const { size, path, query, digest } = facts
  return { key, path, query, etag, size, digest }
}

/** Bytes up to which a response waits for a digest, and up to which one is computed at all. */
export type DigestLimits = Pick<Settings, 'digestLimit' | 'digestMaximum'>

/** A digest, and by which algorithm. */
export interface ComputedDigest {
  readonly algorithm: Algorithm
  readonly bytes: Uint8Array
}

/** The digests of one version. */
export class VersionDigests {
  readonly whole: Slice
  private readonly asker: Asker

  constructor(
    readonly version: DigestedVersion,
    private readonly cache: DigestCache,
    private readonly transfer: Transfer,
  ) {
    this.asker = askerOf(transfer)
    this.whole = { start: 0, end: version.size }
  }

  /** The digest of a slice; undefined where it would have to be computed from more bytes than a response waits for. */
  async of(
    slice: Slice,
    algorithm: HashName,
    { digestLimit, digestMaximum }: DigestLimits,
  ): Promise<Uint8Array | undefined> {
    const { digest } = this.version
    if (slice === this.whole && digest?.algorithm === algorithm) {
      return Buffer.from(digest.hex, 'hex')
    }
    const subject = this.#subject(slice, algorithm)
    const known = this.cache.known(subject)
    if (known !== undefined) return known
    const bytes = slice.end - slice.start
    if (bytes > digestMaximum) return undefined
    if (bytes <= digestLimit) {
      return this.cache.compute(subject, this.transfer.signal, this.asker).catch(() => undefined)
    }
    // Nobody else asks for another slice, and a client could ask for any number of them.
    if (bytes === this.version.size) {
      this.cache.computeInBackground(subject, this.transfer.signal, this.asker)
    }
    return undefined
  }

  /** The digest of all bytes in the first algorithm whose digest is cached. */
  known(): ComputedDigest | undefined {
    for (const algorithm of ALGORITHMS) {
      const bytes = this.cache.known(this.#subject(this.whole, algorithm))
      if (bytes !== undefined) return { algorithm, bytes }
    }
    return undefined
  }

  #subject(slice: Slice, algorithm: HashName): DigestSubject {
    const { key, path, query, etag, representation } = this.version
    return { key, path, query, etag, slice, algorithm, representation }
  }
}
