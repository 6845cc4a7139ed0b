import type { Layout } from '../body/layout.js'
import type { Transfer } from '../delivery/transfer.js'
import type { Version } from '../fault/fault.js'
import type { Slice } from '../http/byte-range.js'
import {
  ALGORITHMS,
  type Algorithm,
  formatDigest,
  formatLegacyDigest,
  wantedAlgorithm,
  wantedLegacyAlgorithm,
} from '../http/digest-fields.js'
import type { DigestValue } from '../http/digest-value.js'
import { type RequestFields, singleValue } from '../http/precondition.js'
import { evaluatedFields } from '../request/evaluated-fields.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Settings } from '../settings/settings.js'
import type { DigestCache, DigestSubject } from '../source/digest/digest-cache.js'
import type { Asker } from '../source/digest/fair-queue.js'
import type { Representation } from '../source/representation.js'
import { askerOf } from './asker.js'
import type { HeaderFields } from './header-fields.js'

/** The fields of a request for digests (RFC 9530 §4, RFC 3230 §4.3.1). */
export const WANT_DIGEST_FIELDS = [
  'want-repr-digest',
  'want-content-digest',
  'want-digest',
] as const

/** The version whose digests are computed. */
interface DigestedVersion {
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
  const { size, path, query, digest } = representation.facts
  const lasting = representation.handle === 'none' ? representation : undefined
  return { key, path, query, etag, size, digest, representation: lasting }
}

/** A strong ETag from a digest of the bytes: equal for copies on different machines. */
export async function contentEntityTag(
  { size, digest: _digest, ...version }: DigestedVersion,
  digests: DigestCache,
  transfer: Transfer,
): Promise<string> {
  const slice = { start: 0, end: size }
  const subject = { ...version, slice, algorithm: 'sha-256' } as const
  const digest = await digests.compute(subject, transfer.signal, askerOf(transfer))
  return `"${Buffer.from(digest).toString('base64url')}"`
}

/**
 * The digest fields of a response (RFC 9530, RFC 3230). A requested digest that is not cached is computed
 * before the response if it covers at most `digestLimit` bytes. Up to `digestMaximum` bytes it is computed in
 * the background, and this response is sent without it.
 *
 * @param layout the body; absent for HEAD, which has no content to digest
 */
export async function digestFields(
  exchange: Exchange,
  found: FoundRepresentation,
  version: Version,
  layout?: Layout,
): Promise<HeaderFields> {
  const { context, requested, transfer } = exchange
  const { etag, chain } = found.representation.facts
  // The cache of digests would open the file again, and find more bytes.
  if (chain?.state === 'growing') return {}
  const headers = evaluatedFields(exchange)
  const isWanted = WANT_DIGEST_FIELDS.some((name) => headers[name] !== undefined)
  const mode = context.settings.digest
  const isOff = mode === 'off' || (mode === 'asked' && !isWanted)
  if (isOff || etag === undefined || version.digests === 'withheld') return {}
  transfer.waitFor('server')
  const subject = digestedVersion(found, etag)
  const digests = new VersionDigests(subject, requested.served.digests, transfer)
  const fields = await requestedDigests(digests, headers, contentSlice(layout), context.settings)
  if (mode === 'known' && fields['repr-digest'] === undefined) {
    const known = digests.known()
    if (known !== undefined) fields['repr-digest'] = known
  }
  transfer.signal.throwIfAborted()
  return fields
}

/** The slice that is the whole content; undefined for a multipart body, for which no digest is sent. */
function contentSlice(layout: Layout | undefined): Slice | undefined {
  const [only, ...more] = layout?.pieces ?? []
  return only?.kind === 'slice' && more.length === 0 ? only.slice : undefined
}

async function requestedDigests(
  digests: VersionDigests,
  headers: RequestFields,
  content: Slice | undefined,
  limits: DigestLimits,
): Promise<HeaderFields> {
  const fields: HeaderFields = {}
  const field = (name: string) => singleValue(headers[name])

  const repr = wantedAlgorithm(field('want-repr-digest'))
  const reprDigest = repr && (await digests.of(digests.whole, repr, limits))
  if (reprDigest) fields['repr-digest'] = formatDigest(repr, reprDigest)

  const legacy = wantedLegacyAlgorithm(field('want-digest'))
  const legacyDigest = legacy && (await digests.of(digests.whole, legacy, limits))
  if (legacyDigest) fields.digest = formatLegacyDigest(legacy, legacyDigest)

  const algorithm = wantedAlgorithm(field('want-content-digest'))
  const contentDigest = algorithm && content && (await digests.of(content, algorithm, limits))
  if (contentDigest) fields['content-digest'] = formatDigest(algorithm, contentDigest)
  return fields
}

/** Bytes up to which a response waits for a digest, and up to which one is computed at all. */
type DigestLimits = Pick<Settings, 'digestLimit' | 'digestMaximum'>

/** The digests of one version. */
class VersionDigests {
  readonly whole: Slice
  private readonly asker: Asker

  constructor(
    private readonly version: DigestedVersion,
    private readonly cache: DigestCache,
    private readonly transfer: Transfer,
  ) {
    this.asker = askerOf(transfer)
    this.whole = { start: 0, end: version.size }
  }

  /** The digest of a slice; undefined where it would have to be computed from more bytes than a response waits for. */
  async of(
    slice: Slice,
    algorithm: Algorithm,
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

  /** The Repr-Digest in the first algorithm whose digest is cached. */
  known(): string | undefined {
    for (const algorithm of ALGORITHMS) {
      const digest = this.cache.known(this.#subject(this.whole, algorithm))
      if (digest !== undefined) return formatDigest(algorithm, digest)
    }
    return undefined
  }

  #subject(slice: Slice, algorithm: Algorithm): DigestSubject {
    const { key, path, query, etag, representation } = this.version
    return { key, path, query, etag, slice, algorithm, representation }
  }
}
