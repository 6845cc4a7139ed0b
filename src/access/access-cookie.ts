import { createHash } from 'node:crypto'
import type { SignedPermission } from './judge-signature.js'

/** A permission as a cookie has it: the parameters of the signature, and the path that it is for. */
export interface CookiePermission {
  readonly scope: string
  /** The parameters of the signature as a query. */
  readonly parameters: string
}

/** What the names of all cookies of permissions begin with. */
const PREFIX = 'lb-access-'
/** Cookies of one request that are read. */
const MOST_COOKIES = 32
const SCOPE = 'scope'

/** The permissions in the field Cookie, whose signatures are not judged yet. */
export function readAccessCookies(field: string | undefined): CookiePermission[] {
  if (field === undefined || !field.includes(PREFIX)) return []
  const own = field.split(';').filter((pair) => pair.trim().startsWith(PREFIX))
  return own.slice(0, MOST_COOKIES).flatMap((pair) => {
    const all = new URLSearchParams(pair.slice(pair.indexOf('=') + 1).trim())
    const scope = all.get(SCOPE)
    all.delete(SCOPE)
    return scope === null ? [] : [{ scope, parameters: all.toString() }]
  })
}

/** Where a browser sends a cookie, and for how long. */
export interface CookiePlace {
  /** Encoded paths. */
  readonly paths: readonly string[]
  readonly isSecure: boolean
  /** ms since the epoch. */
  readonly now: number
}

/** The values of Set-Cookie for a permission, one for each path. */
export function accessCookies(
  { scope, parameters, expires }: SignedPermission,
  { paths, isSecure, now }: CookiePlace,
): string[] {
  const value = new URLSearchParams(parameters)
  value.set(SCOPE, scope)
  const name = PREFIX + createHash('sha256').update(scope).digest('hex').slice(0, 16)
  const age = Math.max(0, Math.floor((expires - now) / 1000))
  const secure = isSecure ? '; Secure' : ''
  // A semicolon would begin another attribute.
  const encoded = paths.map((path) => path.replaceAll(';', '%3B'))
  return [...new Set(encoded)].map(
    (path) => `${name}=${value}; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`,
  )
}

/** The field Cookie without permissions; undefined where nothing is left. */
export function withoutAccessCookies(field: string): string | undefined {
  const kept = field.split(';').filter((pair) => !pair.trim().startsWith(PREFIX))
  return kept.join(';').trim() || undefined
}
