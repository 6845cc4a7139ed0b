import { parseDictionary } from 'structured-headers'
import { ALGORITHMS, type Algorithm } from './digest-fields.js'

/** A digest that somebody has announced, in lower-case hexadecimal. */
export interface DigestValue {
  readonly algorithm: Algorithm
  readonly hex: string
}

/** Bytes of a digest. */
const LENGTHS: Record<Algorithm, number> = { 'sha-256': 32, 'sha-512': 64 }

/** Reads Repr-Digest (RFC 9530 §3), or else the older Digest (RFC 3230 §4.3.2); the best that is known here. */
export function parseDigest(repr: string | undefined, legacy?: string): DigestValue | undefined {
  const values = [...reprValues(repr), ...legacyValues(legacy)]
  return ALGORITHMS.map((algorithm) => values.find((value) => value.algorithm === algorithm)).find(
    (value) => value !== undefined,
  )
}

/** Reads `sha-256:HEX`, as a person writes it; undefined for anything else. */
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
    const bytes = Uint8Array.from(atobOrNothing(base64), (letter) => letter.charCodeAt(0))
    return digestValue(name.toLowerCase(), hexOf(bytes)) ?? []
  })
}

function atobOrNothing(base64: string): string {
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
