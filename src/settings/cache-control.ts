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
   * `max-age` in ms, or as a text such as `1d`. It is sent in whole seconds.
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

/** What the options of Cache-Control must be. */
export const CACHE_OPTIONS: Expectations<CacheOptions> = {
  cacheControl: BOOLEAN,
  maxAge: {
    expected: 'a number of ms, 0 or more, or a time such as "1d"',
    accepts: (value) => durationOf(value) !== undefined,
  },
  immutable: BOOLEAN,
}

/** The value of Cache-Control (RFC 9111 §5.2.2, RFC 8246), or undefined for none. */
export function cacheControlField(options: CacheOptions): string | undefined {
  if (options.cacheControl === false) return undefined
  const seconds = Math.floor((durationOf(options.maxAge ?? 0) ?? 0) / 1000)
  return `public, max-age=${seconds}${options.immutable ? ', immutable' : ''}`
}

/** ms, or undefined for anything that is no duration. */
function durationOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? parseDuration(value) : value
  return typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER ? ms : undefined
}
