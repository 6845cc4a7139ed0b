import type { FastifyRequest } from 'fastify'
import type { Slice } from '../http/byte-range.js'
import type { DeliveryPlan } from '../http/delivery-plan.js'
import {
  ALGORITHMS,
  type Algorithm,
  formatDigest,
  formatLegacyDigest,
  wantedAlgorithm,
  wantedLegacyAlgorithm,
} from '../http/digest-fields.js'
import type { DigestValue } from '../http/digest-value.js'
import { singleValue } from '../http/precondition.js'
import type { Settings } from '../settings/settings.js'
import type { DigestCache, DigestSubject } from '../source/digest/digest-cache.js'

/** The request fields that ask for a digest (RFC 9530 §4, RFC 3230 §4.3.1). */
export const WANT_DIGEST_FIELDS = [
  'want-repr-digest',
  'want-content-digest',
  'want-digest',
] as const

/** The version of which digests are told. */
export interface DigestedVersion {
  readonly key: string
  readonly query?: string | undefined
  readonly etag: string
  readonly size: number
  /** What its store tells of the whole. */
  readonly told?: DigestValue | undefined
}

/** A strong entity tag from the bytes themselves, the same for every copy of them. */
export async function contentEntityTag(
  { key, query, etag, size }: DigestedVersion,
  digests: DigestCache,
  signal: AbortSignal,
): Promise<string> {
  const slice = { start: 0, end: size }
  const digest = await digests.compute({ key, query, etag, slice, algorithm: 'sha-256' }, signal)
  return `"${Buffer.from(digest).toString('base64url')}"`
}

/**
 * The digest fields of an answer (RFC 9530, RFC 3230). One that is requested for and not known yet is
 * waited for up to the limit; of larger bodies the answer goes without, and it is computed behind.
 */
export async function digestFields(
  request: FastifyRequest,
  plan: DeliveryPlan,
  version: DigestedVersion,
  settings: Pick<Settings, 'digest' | 'digestLimit'>,
  digests: DigestCache,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { key, query, etag, size, told } = version
  const { headers } = request
  const wants = (name: string) => singleValue(headers[name])
  const whole = { start: 0, end: size }

  const subject = (slice: Slice, algorithm: Algorithm): DigestSubject => ({
    key,
    query,
    etag,
    slice,
    algorithm,
  })
  const digestOf = async (slice: Slice, algorithm: Algorithm) => {
    if (slice === whole && told?.algorithm === algorithm) return Buffer.from(told.hex, 'hex')
    const wanted = subject(slice, algorithm)
    const known = digests.known(wanted)
    if (known !== undefined) return known
    if (slice.end - slice.start <= settings.digestLimit) {
      return digests.compute(wanted, signal).catch(() => undefined)
    }
    digests.computeBehind(wanted)
    return undefined
  }
  const fields: Record<string, string> = {}

  const repr = wantedAlgorithm(wants('want-repr-digest'))
  const reprDigest = repr && (await digestOf(whole, repr))
  if (reprDigest) fields['repr-digest'] = formatDigest(repr, reprDigest)

  const legacy = wantedLegacyAlgorithm(wants('want-digest'))
  const legacyDigest = legacy && (await digestOf(whole, legacy))
  if (legacyDigest) fields.digest = formatLegacyDigest(legacy, legacyDigest)

  const content = wantedAlgorithm(wants('want-content-digest'))
  const slice = plan.kind === 'whole' || plan.kind === 'slice' ? plan.slice : undefined
  const contentDigest =
    content && slice && request.method === 'GET' && (await digestOf(slice, content))
  if (contentDigest) fields['content-digest'] = formatDigest(content, contentDigest)

  if (settings.digest === 'known' && fields['repr-digest'] === undefined) {
    const algorithm = ALGORITHMS.find((name) => digests.known(subject(whole, name)) !== undefined)
    const known = algorithm && digests.known(subject(whole, algorithm))
    if (known) fields['repr-digest'] = formatDigest(algorithm, known)
  }
  return fields
}
