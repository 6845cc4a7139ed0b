import {
  BOOLEAN,
  copyObject,
  type Expectation,
  type Expectations,
  FIELDS,
  FUNCTION,
  isOptionsObject,
  SIGNAL,
  TEXT,
} from '../validation/expectation.js'
import { milliseconds, PERIOD } from '../validation/number-expectations.js'
import { readArgument } from '../validation/read-options.js'
import type { Transport } from './platform/transport.js'
import type { ClientEvent } from './read-policy.js'

/** Hexadecimal digits of each algorithm that is computed. */
const DIGITS = { 'sha-256': 64, 'sha-512': 128 } as const

/** Options that every function of the client has. */
interface ReadOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly retryFor?: number
  readonly stall?: number
  readonly allowInsecureRedirects?: boolean
  readonly transport?: Transport
  readonly onEvent?: (event: ClientEvent) => void
}

/** What each of them must be. The names and values of `headers` are checked with the URL. */
export const READ_OPTIONS: Expectations<ReadOptions> = {
  headers: FIELDS,
  signal: SIGNAL,
  retryFor: PERIOD,
  stall: milliseconds(1),
  allowInsecureRedirects: BOOLEAN,
  transport: FUNCTION,
  onEvent: FUNCTION,
}

export const CHECKSUM: Expectation = {
  expected: '{ "algorithm", "hex" } with "sha-256" or "sha-512" and its lower-case digits',
  accepts: isChecksum,
  copy: copyObject,
}

/** Bytes a second. */
export const LIMIT_RATE: Expectation = {
  expected: 'a number of bytes a second above 0; Infinity for no limit',
  accepts: (value) => typeof value === 'number' && value > 0,
}

const URL_LIKE: Expectation = {
  expected: 'a URL, as a string or a URL object',
  accepts: TEXT.accepts,
  // A page's `location` is no URL object, but turns into a URL as well.
  copy: (value) => (typeof value === 'object' && value !== null ? String(value) : value),
}

/** Reads the URL of a call as a string, once. @throws LastbyteError BAD_SETTING */
export function readUrl(url: unknown): string {
  return readArgument('url', url, URL_LIKE) as string
}

function isChecksum(value: unknown): boolean {
  if (!isOptionsObject(value)) return false
  const { algorithm, hex } = value
  const digits = DIGITS[algorithm as keyof typeof DIGITS]
  return typeof hex === 'string' && hex.length === digits && /^[0-9a-f]*$/.test(hex)
}
