import { randomBytes } from 'node:crypto'
import type { ParsedLine } from './entry-lines.js'

/** A key that signs URLs. */
export interface UrlKey {
  /** It is part of each URL that the key signs. */
  readonly name: string
  readonly secret: Buffer
}

/** bytes of a new key: those of the digest of its HMAC (RFC 2104 §3). */
const KEY_BYTES = 32

const LINE = /^([\w.-]{1,64}):([A-Za-z0-9_-]{22,344})$/

/** Parses `ID:SECRET`, where the secret is at least 16 random bytes in base64url. */
export function parseKeyLine(line: string): ParsedLine<UrlKey> {
  const [, name, secret = ''] = LINE.exec(line) ?? []
  if (name === undefined) {
    const reason =
      'expected ID:SECRET, as "lastbyte key ID" prints it: at least 16 bytes in base64url'
    return { kind: 'malformed', reason }
  }
  return { kind: 'entry', entry: { name, secret: Buffer.from(secret, 'base64url') } }
}

/** Whether a text can be the id of a key. */
export function isKeyId(name: string): boolean {
  return /^[\w.-]{1,64}$/.test(name)
}

/** The line of a file for a new key. */
export function drawUrlKey(name: string): string {
  return `${name}:${randomBytes(KEY_BYTES).toString('base64url')}`
}
