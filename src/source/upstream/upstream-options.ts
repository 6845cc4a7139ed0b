import { LastbyteError } from '../../errors.js'
import { requireFields } from '../../http/caller-fields.js'
import { withoutSecrets } from '../../http/request-url.js'
import {
  type HealingOptions,
  type RetryPolicy,
  settleRetryPolicy,
} from '../../resume/retry-policy.js'

export interface UpstreamOptions extends HealingOptions {
  /** The server: `https://origin.example`, and a path that is put before each key if wanted. */
  readonly origin: string | URL
  /** Further origins to which a redirect may lead. None get the fields of `fields`, nor credentials. */
  readonly redirects?: readonly string[]
  /** Fields of our own with each request, such as a token of the origin's. */
  readonly fields?: Readonly<Record<string, string>>
  /**
   * Which of the asker's fields go to the origin: `all`, or these names besides those that ask for a
   * range, a digest or a version. Default: none, since Authorization and Cookie may be meant for us.
   */
  readonly forward?: 'all' | readonly string[]
  /** Whether X-Forwarded-For, -Host and -Proto are sent. Default false. */
  readonly forwarded?: boolean
  /** The name in Via and Proxy-Status: a token. Default `lastbyte`. */
  readonly name?: string
  /** Refuses addresses that are not of the public Internet, redirects included. Default false. */
  readonly forbidPrivate?: boolean
  /** Whether a certificate that nobody vouches for will do. Default false. */
  readonly insecure?: boolean
  /**
   * Whether bytes are held to the Repr-Digest and Content-Digest that the origin tells: when it tells
   * them, asked to, or never. Default `told`.
   */
  readonly verify?: 'told' | 'asked' | 'off'
}

/** Options, settled. */
export interface UpstreamSettings {
  readonly origin: URL
  readonly redirects: ReadonlySet<string>
  readonly fields: Readonly<Record<string, string>>
  readonly forward: 'all' | readonly string[]
  readonly forwarded: boolean
  readonly name: string
  readonly forbidPrivate: boolean
  readonly insecure: boolean
  readonly verify: 'told' | 'asked' | 'off'
  readonly retryPolicy: RetryPolicy
}

const KNOWN = new Set([
  ...['origin', 'redirects', 'fields', 'forward', 'forwarded', 'name', 'forbidPrivate'],
  ...['insecure', 'verify', 'stall', 'retryFor', 'openFor', 'readAhead'],
])

/** @throws LastbyteError BAD_SETTING, naming the option and what it wants */
export function settleUpstream(options: UpstreamOptions): UpstreamSettings {
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name))
  if (unknown !== undefined) throw bad(unknown, `is not supported; known are ${[...KNOWN].join()}`)
  const { forward = [], name = 'lastbyte', verify = 'told' } = options
  if (!/^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/.test(name)) throw bad('name', 'wants a token', name)
  if (!['told', 'asked', 'off'].includes(verify)) {
    throw bad('verify', "wants 'told', 'asked' or 'off'", verify)
  }
  return {
    origin: originOf('origin', options.origin),
    redirects: new Set((options.redirects ?? []).map((each) => originOf('redirects', each).origin)),
    fields: requireFields('fields', options.fields ?? {}),
    forward: forward === 'all' ? forward : forward.map((each) => each.toLowerCase()),
    forwarded: options.forwarded ?? false,
    name,
    forbidPrivate: options.forbidPrivate ?? false,
    insecure: options.insecure ?? false,
    verify,
    retryPolicy: settleRetryPolicy(options),
  }
}

function originOf(setting: string, origin: string | URL): URL {
  const url = URL.canParse(String(origin)) ? new URL(origin) : undefined
  const isPlain = url?.search === '' && url.hash === '' && url.username + url.password === ''
  if (url && isPlain && /^https?:$/.test(url.protocol)) return url
  const received = withoutSecrets(origin)
  throw bad(setting, 'wants a URL such as https://origin.example/files', received)
}

function bad(setting: string, why: string, received?: unknown): LastbyteError {
  const tail = received === undefined ? '' : `; received ${String(received)}`
  return new LastbyteError('BAD_SETTING', `${setting}: ${why}${tail}`, { setting, received })
}
