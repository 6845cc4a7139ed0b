import { validateHeaderValue } from 'node:http'
import { parse as parseDuration } from '@lukeed/ms'
import type { DownloadOptions } from '../client/download/download.js'
import { expectedInsteadOf } from '../client/refused-fields.js'
import { type DigestValue, parseChecksum } from '../http/digest-value.js'
import { isHost } from '../http/request-host.js'
import { usageError } from './usage-error.js'

/** The flags of `lastbyte get` as they were given. */
export interface GetFlags {
  readonly output?: string
  readonly connections?: string
  readonly checksum?: string
  readonly header?: readonly string[]
  readonly retryFor?: string
  readonly stall?: string
  readonly limitRate?: string
  readonly allowWeak?: boolean
  readonly allowInsecureRedirects?: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** The options of a download, but for its file. */
export type GetOptions = Omit<DownloadOptions, 'to'>

/** @throws LastbyteError BAD_SETTING, naming the flag */
export function parseGetFlags(flags: GetFlags): GetOptions {
  return {
    connections: parseConnections(flags.connections ?? '1'),
    headers: Object.fromEntries((flags.header ?? []).map(parseHeader)),
    retryFor: parseTime('--retry-for', flags.retryFor ?? '10m', 0),
    stall: parseTime('--stall', flags.stall ?? '15s', 1),
    limitRate: parseRate(flags.limitRate),
    allowWeak: flags.allowWeak ?? false,
    ...(flags.allowInsecureRedirects && { allowInsecureRedirects: true }),
    ...(flags.checksum !== undefined && { checksum: parseDigest(flags.checksum) }),
  }
}

function parseConnections(text: string): number {
  const connections = Number(text)
  if (/^\d{1,2}$/.test(text) && connections >= 1 && connections <= 16) return connections
  throw usageError('--connections', 'expected a number from 1 to 16', text)
}

function parseHeader(text: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    // The text is not shown, here or below: it may hold credentials.
    throw usageError('--header', "expected 'Name: value' on one line, with a token as the name")
  }
  const expected = expectedInsteadOf(name)
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

function parseDigest(text: string): DigestValue {
  const digest = parseChecksum(text)
  if (digest === undefined) {
    throw usageError('--checksum', 'expected sha-256:HEX or sha-512:HEX', text)
  }
  return digest
}

/** @returns ms */
function parseTime(flag: string, text: string, least: number): number {
  // The parser returns undefined for 0.
  const ms = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text) ? (parseDuration(text) ?? 0) : undefined
  if (ms !== undefined && ms >= least && ms <= Number.MAX_SAFE_INTEGER) return ms
  throw usageError(flag, 'expected a time such as 500ms, 30s or 10m', text)
}

/** @returns bytes per second */
function parseRate(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  const [, number, unit = ''] = /^(\d+)([KMG]?)$/.exec(text) ?? []
  if (number === undefined || Number(number) === 0) {
    throw usageError('--limit-rate', 'expected bytes per second, such as 500K or 5M', text)
  }
  return Number(number) * 1024 ** ' KMG'.indexOf(unit || ' ')
}
