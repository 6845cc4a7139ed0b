import { addressList } from '../http/client-address.js'
import { parseEntityTag } from '../http/entity-tag.js'
import { isSignatureName } from '../http/signed-query.js'
import type { UrlKey } from './key-line.js'
import { isSameText, PARAMETERS, type SignedFacts, signatureOf } from './signature.js'
import { scopesOf } from './signed-scope.js'

/** What a signature permits. */
export interface SignedPermission {
  /** A canonical path; with a slash at its end, everything below it. */
  readonly scope: string
  /** ms since the epoch. */
  readonly expires: number
  /** The strong ETag that the file must have. */
  readonly version: string | undefined
  /** The parameters of the signature as a query, without a question mark. */
  readonly parameters: string
}

/**
 * What the signature of a request says. `wrong` doesn't tell which part: path, version, address, key or signature.
 * `expired`: correct, but for its time.
 */
export type SignatureVerdict =
  | { readonly kind: 'absent' }
  | { readonly kind: 'valid'; readonly permission: SignedPermission }
  | { readonly kind: 'expired'; readonly expires: number }
  | { readonly kind: 'wrong' }

/** What a signature is judged by. */
export interface SignatureContext {
  readonly keys: readonly UrlKey[]
  /** The address of the client. */
  readonly address: string
  /** ms since the epoch. */
  readonly now: number
}

const WRONG = { kind: 'wrong' } as const
/** A path of more folders has no signature that counts, which bounds the work of one request. */
const MOST_SCOPES = 64
/** Stands for a key that is not known, so that its request takes the same time. */
const NO_KEY: UrlKey = { name: '', secret: Buffer.alloc(32) }

/**
 * Judges the signature in a query.
 *
 * @param query with or without its question mark
 * @param path the canonical path that the signature is to permit
 */
export function judgeSignature(
  query: string,
  path: string,
  context: SignatureContext,
): SignatureVerdict {
  return judgeScopes(query, scopesOf(path), context)
}

/** The same for a signature of which one of these paths is known to be the signed one. */
export function judgeScopes(
  query: string,
  scopes: readonly string[],
  { keys, address, now }: SignatureContext,
): SignatureVerdict {
  const read = readParameters(query)
  if (read === 'absent') return { kind: 'absent' }
  if (read === 'malformed' || scopes.length > MOST_SCOPES) return WRONG
  const { expires, version, ip } = read
  const known = keys.find(({ name }) => name === read.key)
  const key = known ?? NO_KEY
  // All are compared: the time must not tell which one it was.
  const matching = scopes.filter((scope) =>
    isSameText(read.signature, signatureOf({ scope, expires, version, ip }, key)),
  )
  const [scope] = matching
  const isHere = ip === undefined || addressList(ip)?.(address) === true
  if (known === undefined || scope === undefined || !isHere) return WRONG
  const end = Number(expires) * 1000
  if (now >= end) return { kind: 'expired', expires: end }
  return { kind: 'valid', permission: { scope, expires: end, version, parameters: read.text } }
}

type Parameters = Omit<SignedFacts, 'scope'> & {
  readonly key: string
  readonly signature: string
  readonly text: string
}

/** The parameters of a signature. One that is unknown, given twice or missing makes it malformed. */
function readParameters(query: string): Parameters | 'absent' | 'malformed' {
  const own = [...new URLSearchParams(query)].filter(([name]) => isSignatureName(name))
  if (own.length === 0) return 'absent'
  const values = new Map(own)
  const names: readonly string[] = Object.values(PARAMETERS)
  if (values.size !== own.length || own.some(([name]) => !names.includes(name))) return 'malformed'
  const expires = values.get(PARAMETERS.expires)
  const key = values.get(PARAMETERS.key)
  const signature = values.get(PARAMETERS.signature)
  const version = values.get(PARAMETERS.version)
  if (expires === undefined || key === undefined || signature === undefined) return 'malformed'
  if (!/^\d{1,12}$/.test(expires)) return 'malformed'
  if (version !== undefined && parseEntityTag(version)?.weak !== false) return 'malformed'
  const text = new URLSearchParams(own).toString()
  return { expires, key, signature, version, ip: values.get(PARAMETERS.ip), text }
}

/** Whether a query has parameters besides those of a signature. */
export function hasOtherParameters(query: string): boolean {
  const names = [...new URLSearchParams(query).keys()]
  return names.some((name) => !isSignatureName(name))
}
