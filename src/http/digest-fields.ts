import { parseDictionary, serializeDictionary } from 'structured-headers'

/** Digest algorithms of RFC 9530 §5 that are computed here, by preference among equals. */
export const ALGORITHMS = ['sha-256', 'sha-512'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/**
 * The algorithm that a Want-Repr-Digest or Want-Content-Digest field prefers (RFC 9530 §4):
 * a dictionary of algorithms with weights 0 to 10, where 0 means "not acceptable". undefined if the
 * field is absent or malformed, or wants none that is computed here.
 */
export function wantedAlgorithm(field: string | undefined): Algorithm | undefined {
  if (field === undefined) return undefined
  try {
    const wants = parseDictionary(field)
    return heaviest((name) => {
      const weight = wants.get(name)?.[0]
      return typeof weight === 'number' ? weight : 0
    })
  } catch {
    return undefined
  }
}

/** The same for the older Want-Digest (RFC 3230 §4.3.1), whose weights are `q` values from 0 to 1. */
export function wantedLegacyAlgorithm(field: string | undefined): Algorithm | undefined {
  if (field === undefined) return undefined
  const wants = new Map(
    field.split(',').map((member): [string, number] => {
      const [name = '', ...parameters] = member.split(';').map((part) => part.trim())
      const q = parameters.find((parameter) => /^q\s*=/i.test(parameter))?.replace(/^q\s*=\s*/i, '')
      return [name.toLowerCase(), q === undefined ? 1 : Number.parseFloat(q)]
    }),
  )
  return heaviest((name) => wants.get(name) ?? 0)
}

/** The value of Repr-Digest or Content-Digest (RFC 9530 §2, §3): `sha-256=:…:`. */
export function formatDigest(algorithm: Algorithm, digest: Uint8Array): string {
  const bytes = digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.byteLength)
  return serializeDictionary(new Map([[algorithm, [bytes as ArrayBuffer, new Map()]]]))
}

/** The value of the older Digest (RFC 3230 §4.3.2): `SHA-256=…`, in plain base64. */
export function formatLegacyDigest(algorithm: Algorithm, digest: Uint8Array): string {
  return `${algorithm.toUpperCase()}=${Buffer.from(digest).toString('base64')}`
}

function heaviest(weightOf: (name: Algorithm) => number): Algorithm | undefined {
  let best: Algorithm | undefined
  for (const name of ALGORITHMS) {
    const least = best === undefined ? 0 : weightOf(best)
    if (weightOf(name) > least) best = name
  }
  return best
}
