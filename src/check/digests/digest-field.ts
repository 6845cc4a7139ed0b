import { createHash } from 'node:crypto'
import { parseDictionary } from 'structured-headers'
import { ALGORITHMS, type Algorithm } from '../../http/digest-fields.js'

/** A digest as a field announces it. `algorithm` is in lower case, and may be one that we can't compute. */
export interface FieldDigest {
  readonly algorithm: string
  readonly base64: string
}

/** A digest field: its name, and how its value is read. */
export interface DigestField {
  readonly name: string
  /** The digests of a value; undefined if it is malformed. */
  parse(value: string): readonly FieldDigest[] | undefined
  format(algorithm: Algorithm, bytes: Buffer): string
}

/** A field of RFC 9530, or one with the same syntax: a dictionary of byte sequences. */
export function dictionaryField(name: string): DigestField {
  return {
    name,
    parse(value) {
      try {
        const members = [...parseDictionary(value)]
        const digests = members.flatMap(([algorithm, [item]]) =>
          item instanceof ArrayBuffer
            ? [{ algorithm, base64: Buffer.from(item).toString('base64') }]
            : [],
        )
        return digests.length === members.length && members.length > 0 ? digests : undefined
      } catch {
        return undefined
      }
    },
    format: (algorithm, bytes) => `${algorithm}=:${digestOf(algorithm, bytes)}:`,
  }
}

/** Digest (RFC 3230 §4.3.2): a list of `SHA-256=` and base64. Other algorithms have other encodings. */
export const LEGACY_FIELD: DigestField = {
  name: 'Digest',
  parse(value) {
    const members = value.split(',').map((member) => /^\s*([\w-]+)=(\S+)\s*$/.exec(member))
    const digests = members.flatMap((found) => {
      const [, algorithm = '', base64 = ''] = found ?? []
      return found === null ? [] : [{ algorithm: algorithm.toLowerCase(), base64 }]
    })
    return digests.length === members.length ? digests : undefined
  },
  format: (algorithm, bytes) => `${algorithm.toUpperCase()}=${digestOf(algorithm, bytes)}`,
}

/** Whether a client can prove by it that bytes are correct. Others, such as md5, are insecure (RFC 9530 §5). */
export function isVerifiable(
  digest: FieldDigest,
): digest is FieldDigest & { algorithm: Algorithm } {
  return ALGORITHMS.some((known) => known === digest.algorithm)
}

/** The digest in base64. */
export function digestOf(algorithm: Algorithm, bytes: Buffer): string {
  return createHash(algorithm.replace('-', '')).update(bytes).digest('base64')
}
