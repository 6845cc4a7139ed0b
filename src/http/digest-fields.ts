import { parseDictionary, serializeDictionary } from 'structured-headers'

/** The digest algorithms of RFC 9530 §5 that we compute. The first wins among equal weights. */
export const ALGORITHMS = ['sha-256', 'sha-512'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/**
 * The algorithm that a Want-Repr-Digest or Want-Content-Digest header field prefers (RFC 9530 §4): a
 * dictionary of algorithms with weights 0 to 10, where 0 means "not acceptable". undefined if the
 * field is absent or malformed, or accepts none of ours.
 */
export function wantedAlgorithm(field: string | undefined): Algorithm | undefined {
  if (field === undefined) return undefined
  try {
    const weights = parseDictionary(field)
    return withHighestWeight((name) => {
      const weight = weights.get(name)?.[0]
      return typeof weight === 'number' ? weight : 0
    })
  } catch {
    return undefined
  }
}

/**
 * The algorithm that a Want-Digest header field prefers (RFC 3230 §4.3.1, obsoleted by RFC 9530):
 * weights are `q` values from 0 to 1. undefined as for `wantedAlgorithm`.
 */
export function wantedLegacyAlgorithm(field: string | undefined): Algorithm | undefined {
  if (field === undefined) return undefined
  const weights = new Map(
    field.split(',').map((member): [string, number] => {
      const [name = '', ...parameters] = member.split(';').map((part) => part.trim())
      const q = parameters.find((parameter) => /^q\s*=/i.test(parameter))?.replace(/^q\s*=\s*/i, '')
      return [name.toLowerCase(), q === undefined ? 1 : Number.parseFloat(q)]
    }),
  )
  return withHighestWeight((name) => weights.get(name) ?? 0)
}

/** The value of Repr-Digest or Content-Digest (RFC 9530 §2, §3): `sha-256=:…:`. */
export function formatDigest(algorithm: Algorithm, digest: Uint8Array): string {
  const bytes = digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.byteLength)
  return serializeDictionary(new Map([[algorithm, [bytes as ArrayBuffer, new Map()]]]))
}

/** The value of Digest (RFC 3230 §4.3.2, obsoleted by RFC 9530): `SHA-256=…` in base64. */
export function formatLegacyDigest(algorithm: Algorithm, digest: Uint8Array): string {
  return `${algorithm.toUpperCase()}=${Buffer.from(digest).toString('base64')}`
}

function withHighestWeight(weightOf: (name: Algorithm) => number): Algorithm | undefined {
  let best: Algorithm | undefined
  for (const name of ALGORITHMS) {
    const bestWeight = best === undefined ? 0 : weightOf(best)
    if (weightOf(name) > bestWeight) best = name
  }
  return best
}
