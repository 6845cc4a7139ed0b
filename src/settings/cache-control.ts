import { parse as parseDuration } from '@lukeed/ms'
import { BOOLEAN, type Expectations } from '../validation/expectation.js'

/** The Cache-Control field of responses with status 200, 206 and 304 (RFC 9111 §5.2.2). */
export interface CacheOptions {
  /**
   * Whether Cache-Control is sent.
   *
   * @default true
   */
  cacheControl?: boolean
  /**
   * `max-age` in ms, or as a text such as `1d` or `2 years`. It is sent in whole seconds, and at most a
   * year of 365 days is sent, also for Infinity.
   *
   * @default 0
   */
  maxAge?: number | string
  /**
   * Adds `immutable` (RFC 8246), for URLs that contain a version.
   *
   * @default false
   */
  immutable?: boolean
}

/** ms of a year: servers should not send a longer lifetime (RFC 2616 §14.21), and `@fastify/static` doesn't. */
const LONGEST_MAX_AGE = 365 * 24 * 60 * 60 * 1000

/** What the options of Cache-Control must be. */
export const CACHE_OPTIONS: Expectations<CacheOptions> = {
  cacheControl: BOOLEAN,
  maxAge: {
    expected: 'a number of ms, 0 or more, Infinity, or a time such as "1d"',
    accepts: (value) => durationOf(value) !== undefined,
  },
  immutable: BOOLEAN,
}

/** Who may store a response: any cache, or that of the one client alone. */
export type StoredBy = 'public' | 'private'

/** The value of Cache-Control (RFC 9111 §5.2.2, RFC 8246), or undefined for none. */
export function cacheControlField(
  options: CacheOptions,
  stored: StoredBy = 'public',
): string | undefined {
  if (options.cacheControl === false) return undefined
  const ms = Math.min(durationOf(options.maxAge ?? 0) ?? 0, LONGEST_MAX_AGE)
  const seconds = Math.floor(ms / 1000)
  return `${stored}, max-age=${seconds}${options.immutable ? ', immutable' : ''}`
}

/** ms, or undefined for anything that is no duration. */
function durationOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? parseDuration(value) : value
  return typeof ms === 'number' && ms >= 0 ? ms : undefined
}
