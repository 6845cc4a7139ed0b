import type { Layout } from '../body/layout.js'
import type { Transfer } from '../delivery/transfer.js'
import type { Version } from '../fault/fault.js'
import type { Slice } from '../http/byte-range.js'
import {
  formatDigest,
  formatLegacyDigest,
  wantedAlgorithm,
  wantedLegacyAlgorithm,
} from '../http/digest-fields.js'
import { type RequestFields, singleValue } from '../http/precondition.js'
import { evaluatedFields } from '../request/evaluated-fields.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Settings } from '../settings/settings.js'
import type { DigestCache } from '../source/digest/digest-cache.js'
import { askerOf } from './asker.js'
import type { HeaderFields } from './header-fields.js'
import { labelOf, unencodedDigest } from './unencoded-digest.js'
import {
  type DigestedVersion,
  type DigestLimits,
  digestedVersion,
  VersionDigests,
} from './version-digests.js'

/** The fields of a request for digests of the bytes as they are sent (RFC 9530 §4, RFC 3230 §4.3.1). */
const WANT_SENT_FIELDS = ['want-repr-digest', 'want-content-digest', 'want-digest'] as const

/** The fields of a request for digests, and for a signature of one. */
export const WANT_DIGEST_FIELDS = [
  ...WANT_SENT_FIELDS,
  'want-unencoded-digest',
  'accept-signature',
] as const

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

/** A response with a representation, whose digests are sent. */
export interface DigestedPlan {
  readonly status: number
  readonly fields: HeaderFields
  /** The body; absent for HEAD, which has no content to digest. */
  readonly layout?: Layout
}

/**
 * The digest fields of a response (RFC 9530, RFC 3230, draft-ietf-httpbis-unencoded-digest). A requested digest that is
 * not cached is computed before the response if it covers at most `digestLimit` bytes. Up to `digestMaximum` bytes it
 * is computed in the background, and this response is sent without it.
 *
 * A 304 has a signature that is requested, and the digest that it covers: the stored response that it updates (RFC 9111
 * §3.2) may be without.
 */
export async function digestFields(
  exchange: Exchange,
  found: FoundRepresentation,
  version: Version,
  { status, fields: described, layout }: DigestedPlan,
): Promise<HeaderFields> {
  const { context, requested, transfer } = exchange
  const { etag, size, chain } = found.representation.facts
  // The cache of digests would open the file again, and find more bytes.
  if (chain?.state === 'growing') return {}
  const headers = evaluatedFields(exchange)
  const isWanted = WANT_DIGEST_FIELDS.some((name) => headers[name] !== undefined)
  const mode = context.settings.digest
  const isOff = mode === 'off' || (mode === 'asked' && !isWanted)
  if (isOff || etag === undefined || version.digests === 'withheld') return {}
  if (status === 304 && labelOf(headers, context.settings.signer) === undefined) return {}
  transfer.waitFor('server')
  const subject = digestedVersion(found, etag)
  const digests = new VersionDigests(subject, requested.served.digests, transfer)
  const content = contentSlice(layout)
  const fields =
    status === 304 ? {} : await sentDigests(digests, headers, content, context.settings)
  const isWhole = status === 200 && (layout === undefined || content?.end === size)
  const unencoded = await unencodedDigest(exchange, headers, {
    found,
    fields: described,
    content: isWhole ? 'whole' : 'other',
    wantsOthers: WANT_SENT_FIELDS.some((name) => headers[name] !== undefined),
  })
  transfer.signal.throwIfAborted()
  return { ...fields, ...unencoded }
}

/** The slice that is the whole content; undefined for a multipart body, for which no digest is sent. */
function contentSlice(layout: Layout | undefined): Slice | undefined {
  const [only, ...more] = layout?.pieces ?? []
  return only?.kind === 'slice' && more.length === 0 ? only.slice : undefined
}

/** The digests of the bytes as they are sent: those that are requested, and with `known` one that is cached. */
async function sentDigests(
  digests: VersionDigests,
  headers: RequestFields,
  content: Slice | undefined,
  settings: DigestLimits & Pick<Settings, 'digest'>,
): Promise<HeaderFields> {
  const fields: HeaderFields = {}
  const field = (name: string) => singleValue(headers[name])

  const repr = wantedAlgorithm(field('want-repr-digest'))
  const reprDigest = repr && (await digests.of(digests.whole, repr, settings))
  if (reprDigest) fields['repr-digest'] = formatDigest(repr, reprDigest)

  const legacy = wantedLegacyAlgorithm(field('want-digest'))
  const legacyDigest = legacy && (await digests.of(digests.whole, legacy, settings))
  if (legacyDigest) fields.digest = formatLegacyDigest(legacy, legacyDigest)

  const algorithm = wantedAlgorithm(field('want-content-digest'))
  const contentDigest = algorithm && content && (await digests.of(content, algorithm, settings))
  if (contentDigest) fields['content-digest'] = formatDigest(algorithm, contentDigest)

  const known =
    settings.digest === 'known' && fields['repr-digest'] === undefined ? digests.known() : undefined
  if (known !== undefined) fields['repr-digest'] = formatDigest(known.algorithm, known.bytes)
  return fields
}
