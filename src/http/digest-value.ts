import { parseDictionary } from 'structured-headers'
import { ALGORITHMS, type Algorithm } from './digest-fields.js'

/**
 * An announced digest of a whole representation, from a Repr-Digest (RFC 9530 §3) or Digest
 * (RFC 3230 §4.3.2) header field, or from a person.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createHash } from 'node:crypto'
 * import { readFile } from 'node:fs/promises'
 * import { type DigestValue, resumableStream } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media', seed: 1 })
 * const { body, digests } = await resumableStream(`${server.url}/clip.vtt`)
 * await body.cancel()
 * const [digest]: readonly (DigestValue | undefined)[] = digests
 * const hex = createHash('sha256').update(await readFile('media/clip.vtt')).digest('hex')
 * assert.deepEqual(digest, { algorithm: 'sha-256', hex })
 * await server.close()
 * ```
 */
export interface DigestValue {
  /** `sha-256` or `sha-512`. */
  readonly algorithm: Algorithm
  /** The digest's bytes in lower-case hexadecimal: 64 digits for `sha-256`, 128 for `sha-512`. */
  readonly hex: string
}

/** Bytes of a digest of each algorithm. */
const LENGTHS: Record<Algorithm, number> = { 'sha-256': 32, 'sha-512': 64 }

/**
 * The announced digest in the algorithm that comes first in `ALGORITHMS`, or undefined.
 *
 * @param repr the value of Repr-Digest (RFC 9530 §3)
 * @param legacy the value of Digest (RFC 3230 §4.3.2), which counts where Repr-Digest has no digest of
 *   that algorithm
 */
export function parseDigest(repr: string | undefined, legacy?: string): DigestValue | undefined {
  const values = [...reprValues(repr), ...legacyValues(legacy)]
  return ALGORITHMS.map((algorithm) => values.find((value) => value.algorithm === algorithm)).find(
    (value) => value !== undefined,
  )
}

/** Parses a checksum that a person typed, such as `sha-256:HEX` or `SHA256=HEX`; undefined for anything else. */
export function parseChecksum(text: string): DigestValue | undefined {
  const [, name = '', hex = ''] = /^(sha-?\d+)[:=]([0-9a-f]+)$/i.exec(text) ?? []
  return digestValue(name.toLowerCase().replace(/^sha(\d)/, 'sha-$1'), hex.toLowerCase())
}

function reprValues(field: string | undefined): DigestValue[] {
  if (field === undefined) return []
  try {
    return [...parseDictionary(field)].flatMap(([name, [value]]) =>
      value instanceof ArrayBuffer ? (digestValue(name, hexOf(new Uint8Array(value))) ?? []) : [],
    )
  } catch {
    return []
  }
}

function legacyValues(field: string | undefined): DigestValue[] {
  return (field ?? '').split(',').flatMap((member) => {
    const [, name = '', base64 = ''] = /^\s*([\w-]+)=([A-Za-z0-9+/=]+)\s*$/.exec(member) ?? []
    const bytes = Uint8Array.from(decodeBase64(base64), (character) => character.charCodeAt(0))
    return digestValue(name.toLowerCase(), hexOf(bytes)) ?? []
  })
}

/** The bytes as characters; empty for invalid base64, whose length then matches no algorithm. */
function decodeBase64(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function digestValue(name: string, hex: string): DigestValue | undefined {
  const algorithm = ALGORITHMS.find((known) => known === name)
  return algorithm && hex.length === 2 * LENGTHS[algorithm] ? { algorithm, hex } : undefined
}
