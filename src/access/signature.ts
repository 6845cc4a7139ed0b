import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseTarget, type TargetSyntax } from '../http/request-target.js'
import type { UrlKey } from './key-line.js'

/** What a signature covers. */
export interface SignedFacts {
  /** A canonical path; with a slash at its end, it permits everything below. */
  readonly scope: string
  /** Seconds since the epoch, as they are in the URL. */
  readonly expires: string
  /** The strong ETag that the file must have, with its quotes; undefined: any version. */
  readonly version: string | undefined
  /** The address or network that may use the URL, as it is in the URL; undefined: any. */
  readonly ip: string | undefined
}

/** The query parameters of a signed URL. */
export const PARAMETERS = {
  expires: 'lb-expires',
  ip: 'lb-ip',
  version: 'lb-version',
  key: 'lb-key',
  signature: 'lb-signature',
} as const

/**
 * The path that is signed: decoded, so that all encodings of one path have one signature, by the rules by which files
 * are found. undefined for a target that names no file.
 */
export function canonicalPath(url: string, syntax?: TargetSyntax): string | undefined {
  const target = parseTarget(url, 0, syntax)
  if (target.kind === 'malformed') return undefined
  if (target.kind === 'key') return `/${target.key}`
  // A redirect leads to the target without its segments of a single dot.
  const resolved = parseTarget(target.location, 0, syntax)
  return resolved.kind === 'key' ? `/${resolved.key}` : undefined
}

/** The HMAC-SHA-256 of what a URL permits, in base64url. */
export function signatureOf({ scope, expires, version, ip }: SignedFacts, key: UrlKey): string {
  return hmac([scope, expires, version ?? null, ip ?? null, key.name], key.secret)
}

function hmac(members: readonly unknown[], secret: Buffer): string {
  const text = JSON.stringify(['lastbyte-url-1', ...members])
  return createHmac('sha256', secret).update(text).digest('base64url')
}

/** Compares two texts in a time that depends on their lengths alone. */
export function isSameText(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
