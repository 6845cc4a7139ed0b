import { validateHeaderValue } from 'node:http'
import { parse as parseDuration } from '@lukeed/ms'
import { isHost } from '../http/request-host.js'
import { usageError } from './usage-error.js'

/** What is expected instead of a request field that can't be set by a flag; undefined: it can. */
export type Refusal = (name: string) => string | undefined

/**
 * The value of `--header`.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function parseHeader(text: string, refusal: Refusal): [name: string, value: string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    // The text is not shown, here or below: it may hold credentials.
    throw usageError('--header', "expected 'Name: value' on one line, with a token as the name")
  }
  const expected = refusal(name)
  if (expected !== undefined) {
    throw usageError('--header', `expected ${expected}; received ${name}`)
  }
  if (name.toLowerCase() === 'host' && !isHost(value)) {
    throw usageError('--header', 'expected a host with an optional port as the value of Host')
  }
  try {
    validateHeaderValue(name, value)
  } catch {
    const problem = `expected printable characters up to U+00FF as the value of ${name}`
    throw usageError('--header', problem)
  }
  return [name, value]
}

/**
 * A time such as `30s`.
 *
 * @returns ms
 * @throws LastbyteError BAD_SETTING
 */
export function parseTime(flag: string, text: string, least: number): number {
  // The parser returns undefined for 0.
  const ms = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text) ? (parseDuration(text) ?? 0) : undefined
  if (ms !== undefined && ms >= least && ms <= Number.MAX_SAFE_INTEGER) return ms
  throw usageError(flag, 'expected a time such as 500ms, 30s or 10m', text)
}

/** A number of bytes such as `5M`; undefined for another text, and for 0. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([KMG]?)$/.exec(text) ?? []
  const bytes = Number(number) * 1024 ** ' KMG'.indexOf(unit || ' ')
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}
