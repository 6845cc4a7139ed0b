import { requireFields } from '../../http/caller-fields.js'
import { parseUrl } from '../../http/parse-url.js'
import { withoutSecrets } from '../../http/request-url.js'
import {
  type HealingOptions,
  RETRY_OPTIONS,
  type RetryPolicy,
  settleRetryPolicy,
} from '../../resume/retry-policy.js'
import {
  arrayOf,
  BOOLEAN,
  copyArray,
  type Expectation,
  type Expectations,
  FIELDS,
  oneOf,
  required,
  STRINGS,
} from '../../validation/expectation.js'
import { invalidSetting } from '../../validation/option-error.js'
import { readOptions } from '../../validation/read-options.js'

/**
 * Options of `upstreamSource`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type UpstreamOptions, upstreamSource } from 'lastbyte'
 *
 * const options: UpstreamOptions = {
 *   origin: 'https://origin.example/files',
 *   fields: { authorization: 'Bearer token' },
 *   forward: ['accept-language'],
 *   retryFor: 30_000,
 * }
 * const source = upstreamSource(options)
 * assert.equal(source.patience, 50_000)
 * await source.close?.()
 * ```
 */
export interface UpstreamOptions extends HealingOptions {
  /** The server, and a path before each key if there is one: `https://origin.example/files`. */
  readonly origin: string | URL
  /**
   * Further origins to which a redirect may lead; redirects within `origin` are followed. Neither `fields` nor
   * credentials of the client are sent to them. A redirect from https: to http: is followed only to an `http:`
   * origin in this list. Default: none.
   */
  readonly redirects?: readonly string[]
  /** Fields that are sent with each request, such as an access token for the origin. Default: none. */
  readonly fields?: Readonly<Record<string, string>>
  /**
   * Fields of the client's request that are sent to the origin: `all`, or these names. Preconditions,
   * `Accept` and requests for a digest are sent in any case. Default: no others, since Authorization and
   * Cookie may be meant for this server.
   */
  readonly forward?: 'all' | readonly string[]
  /** Sends X-Forwarded-For, -Host and -Proto. Default false. */
  readonly forwarded?: boolean
  /** The name of this server in Via and Proxy-Status (RFC 9209): a token. Default `lastbyte`. */
  readonly name?: string
  /** Refuses private addresses, in redirects too. Default false. */
  readonly forbidPrivate?: boolean
  /** Accepts certificates that can't be verified. Default false. */
  readonly insecure?: boolean
  /**
   * Checks bytes against the Repr-Digest and Content-Digest of the origin (RFC 9530): `told`, where it
   * sends them; `asked`, and requests them with Want-Repr-Digest; `off`. Default `told`.
   */
  readonly verify?: 'told' | 'asked' | 'off'
  /**
   * `json`: the origin lists a folder as JSON for `Accept: application/json`, as lastbyte, nginx (`autoindex_format
   * json`) and Caddy (`file_server browse`) do. It is requested with `fields`, and makes the options `zip` and `watch`
   * work as for a folder. Names that start with a dot are left out. Default `none`.
   */
  readonly listing?: 'none' | 'json'
}

/**
 * What a server is read as. `source`: a store of files, whose redirects within it are followed. `site`: a server
 * that the clients see through this one, with its redirects and types as it sends them.
 */
export type UpstreamRole = 'source' | 'site'

/** The settled options. */
export interface UpstreamSettings {
  readonly role: UpstreamRole
  readonly origin: URL
  readonly redirects: ReadonlySet<string>
  readonly fields: Readonly<Record<string, string>>
  readonly forward: 'all' | readonly string[]
  readonly forwarded: boolean
  readonly name: string
  readonly forbidPrivate: boolean
  readonly insecure: boolean
  readonly verify: 'told' | 'asked' | 'off'
  readonly listing: 'none' | 'json'
  readonly retryPolicy: RetryPolicy
}

/** A URL of a server, as a string or a URL object. */
const SERVER_URL: Expectation = {
  expected: 'a URL such as https://origin.example/files',
  accepts: (value) =>
    typeof value === 'string' || (value instanceof URL && parseUrl(String(value)) !== undefined),
}

/** A token as Via and Proxy-Status have it (RFC 9651 §3.3.4). */
const TOKEN: Expectation = {
  expected: 'a token such as "lastbyte"',
  accepts: (value) => typeof value === 'string' && /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/.test(value),
}

const UPSTREAM_OPTIONS: Expectations<UpstreamOptions> = {
  ...RETRY_OPTIONS,
  origin: required(SERVER_URL),
  redirects: arrayOf(SERVER_URL, 'an array of URLs such as https://origin.example'),
  fields: FIELDS,
  forward: {
    expected: '"all" or an array of header field names',
    accepts: (value) => value === 'all' || STRINGS.accepts(value),
    copy: copyArray,
  },
  forwarded: BOOLEAN,
  name: TOKEN,
  forbidPrivate: BOOLEAN,
  insecure: BOOLEAN,
  verify: oneOf('told', 'asked', 'off'),
  listing: oneOf('none', 'json'),
}

/** Settles the options of an upstream. @throws LastbyteError BAD_SETTING, with the name of the option */
export function settleUpstream(given: unknown, role: UpstreamRole = 'source'): UpstreamSettings {
  const options = readOptions(given, UPSTREAM_OPTIONS)
  const { forward = [], name = 'lastbyte', verify = 'told', listing = 'none' } = options
  return {
    role,
    origin: originOf('origin', options.origin),
    redirects: new Set((options.redirects ?? []).map((each) => originOf('redirects', each).origin)),
    fields: requireFields('fields', options.fields ?? {}),
    forward: forward === 'all' ? forward : forward.map((each) => each.toLowerCase()),
    forwarded: options.forwarded ?? false,
    name,
    forbidPrivate: options.forbidPrivate ?? false,
    insecure: options.insecure ?? false,
    verify,
    listing,
    retryPolicy: settleRetryPolicy(options),
  }
}

function originOf(setting: string, origin: string | URL): URL {
  const url = parseUrl(origin)
  const isPlain = url?.search === '' && url.hash === '' && url.username + url.password === ''
  if (url && isPlain && /^https?:$/.test(url.protocol)) return url
  throw invalidSetting(setting, `expected ${SERVER_URL.expected}`, withoutSecrets(origin))
}
