import { formatDigest, wantedAlgorithm } from '../http/digest-fields.js'
import { integritySignature, requestedLabel, signatureMember } from '../http/integrity-signature.js'
import { type RequestFields, singleValue } from '../http/precondition.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Settings } from '../settings/settings.js'
import type { Signer } from '../settings/signing-key.js'
import type { HeaderFields } from './header-fields.js'
import { digestedVersion, VersionDigests, versionOf } from './version-digests.js'

/** A response whose Unencoded-Digest may be sent. */
export interface DigestedResponse {
  readonly found: FoundRepresentation
  /** The header fields of the response without digests. */
  readonly fields: HeaderFields
  /** `whole`: the response, or that to a GET, is a 200 with all bytes. */
  readonly content: 'whole' | 'other'
  /** Whether the request names other digests that it wants. */
  readonly wantsOthers: boolean
}

/**
 * Unencoded-Digest (draft-ietf-httpbis-unencoded-digest), with its signature where there is a key. Requested, it is in
 * every response with the representation. Otherwise `digest: 'known'` adds it where the browsers that verify it can
 * use the response: they compare it with the content of a 206 too, and deliver no byte before the last one.
 */
export async function unencodedDigest(
  exchange: Exchange,
  request: RequestFields,
  response: DigestedResponse,
): Promise<HeaderFields> {
  const { settings } = exchange.context
  const digests = digestsOf(exchange, response)
  // Signatures of the source or the application may cover the digest that they have set.
  if (digests === undefined || response.fields['unencoded-digest'] !== undefined) return {}
  const { signer } = settings
  const label = labelOf(request, signer)
  const wanted = wantedAlgorithm(singleValue(request['want-unencoded-digest']))
  const algorithm = wanted ?? (label === undefined ? undefined : 'sha-256')
  const asked = algorithm && (await digests.of(digests.whole, algorithm, settings))
  if (asked) return signed(formatDigest(algorithm, asked), signer, response.fields, label)
  if (!isUsableUnasked(response, digests.version.size, settings)) return {}
  const known = digests.known()
  if (known === undefined) return {}
  return signed(formatDigest(known.algorithm, known.bytes), signer, response.fields, label)
}

/** The label of the signature that a request asks for; undefined: none that is made here. */
export function labelOf(request: RequestFields, signer: Signer | undefined): string | undefined {
  return signer && requestedLabel(singleValue(request['accept-signature']), signer.keyId)
}

/** The digests of the bytes without a content coding; undefined where those bytes are not known. */
function digestsOf(
  { requested, transfer }: Exchange,
  { found, fields }: DigestedResponse,
): VersionDigests | undefined {
  const { coding, uncoded, representation } = found
  const { digests } = requested.served
  if (coding !== undefined && coding !== 'identity') {
    const { key, facts } = uncoded ?? {}
    if (key === undefined || facts?.etag === undefined) return undefined
    return new VersionDigests(versionOf(key, facts, facts.etag), digests, transfer)
  }
  const { etag } = representation.facts
  // The source or the application has encoded the bytes.
  if (etag === undefined || isCoded(fields['content-encoding'])) return undefined
  return new VersionDigests(digestedVersion(found, etag), digests, transfer)
}

function isCoded(field: HeaderFields[string] | undefined): boolean {
  return field !== undefined && String(field).toLowerCase() !== 'identity'
}

function isUsableUnasked(
  { content, wantsOthers }: DigestedResponse,
  size: number,
  { digest, digestLimit }: Pick<Settings, 'digest' | 'digestLimit'>,
): boolean {
  return digest === 'known' && content === 'whole' && !wantsOthers && size <= digestLimit
}

/** The field with the signature of its value, beside signatures of the application. */
function signed(
  digest: string,
  signer: Signer | undefined,
  application: HeaderFields,
  label: string | undefined,
): HeaderFields {
  if (signer === undefined) return { 'unencoded-digest': digest }
  const { base, input, label: used } = integritySignature(digest, signer.keyId, label)
  const signature = signatureMember(used, signer.sign(base))
  return {
    'unencoded-digest': digest,
    'signature-input': added(application['signature-input'], input),
    signature: added(application.signature, signature),
  }
}

function added(field: HeaderFields[string] | undefined, member: string): string {
  return field === undefined ? member : `${field}, ${member}`
}
