import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ParsedLine } from './entry-lines.js'

/** A token that a program sends. Its hash alone is stored. */
export interface Token {
  readonly name: string
  /** SHA-256. The token is random, so that a slow hash adds nothing. */
  readonly hash: Buffer
  /** ms since the epoch; undefined: it doesn't expire. */
  readonly expires: number | undefined
}

/** bytes of a token: it can't be guessed. */
const TOKEN_BYTES = 24

const LINE =
  /^([^\s:#][^\s:]{0,254}):\$sha256\$([A-Za-z0-9_-]{43})(?:\s+expires=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z))?$/u

/** Parses `NAME:$sha256$HASH`, with ` expires=2027-01-31T00:00:00Z` behind it for one that expires. */
export function parseTokenLine(line: string): ParsedLine<Token> {
  const [, name, hash = '', date] = LINE.exec(line) ?? []
  const expires = date === undefined ? undefined : Date.parse(date)
  if (name === undefined || Number.isNaN(expires)) {
    const reason =
      'expected NAME:$sha256$HASH, as "lastbyte token NAME" prints it, and optionally expires=2027-01-31T00:00:00Z'
    return { kind: 'malformed', reason }
  }
  return { kind: 'entry', entry: { name, hash: Buffer.from(hash, 'base64url'), expires } }
}

/** A new token, and the line of a file for it. */
export interface NewToken {
  readonly token: string
  readonly line: string
}

/** @param expires ms since the epoch; undefined: never */
export function drawAccessToken(name: string, expires?: number): NewToken {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const hash = hashToken(token).toString('base64url')
  const suffix = expires === undefined ? '' : ` expires=${new Date(expires).toISOString()}`
  return { token, line: `${name}:$sha256$${hash}${suffix}` }
}

/** Whether a text can be the name of a token or a key. */
export function isEntryName(name: string): boolean {
  return /^[^\s:#\p{Cc}][^\s:\p{Cc}]{0,254}$/u.test(name)
}

/** The token that a request has sent. All are compared, in constant time. */
export function findToken(
  tokens: readonly Token[],
  received: string,
  now: number,
): Token | undefined {
  const hash = hashToken(received)
  const found = tokens.filter((token) => timingSafeEqual(token.hash, hash))
  return found.find(({ expires }) => expires === undefined || now < expires)
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
