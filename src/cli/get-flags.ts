import type { DownloadOptions } from '../client/download/download.js'
import { expectedInsteadOf } from '../client/refused-fields.js'
import { type DigestValue, parseChecksum } from '../http/digest-value.js'
import { parseBytes, parseHeader, parseTime } from './flag-values.js'
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
  readonly live?: boolean
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
    headers: Object.fromEntries(
      (flags.header ?? []).map((text) => parseHeader(text, expectedInsteadOf)),
    ),
    retryFor: parseTime('--retry-for', flags.retryFor ?? '10m', 0),
    stall: parseTime('--stall', flags.stall ?? (flags.live ? '60s' : '15s'), 1),
    limitRate: parseRate(flags.limitRate),
    allowWeak: flags.allowWeak ?? false,
    ...(flags.live && { live: true }),
    ...(flags.allowInsecureRedirects && { allowInsecureRedirects: true }),
    ...(flags.checksum !== undefined && { checksum: parseDigest(flags.checksum) }),
  }
}

function parseConnections(text: string): number {
  const connections = Number(text)
  if (/^\d{1,2}$/.test(text) && connections >= 1 && connections <= 16) return connections
  throw usageError('--connections', 'expected a number from 1 to 16', text)
}

function parseDigest(text: string): DigestValue {
  const digest = parseChecksum(text)
  if (digest === undefined) {
    throw usageError('--checksum', 'expected sha-256:HEX or sha-512:HEX', text)
  }
  return digest
}

/** @returns bytes per second */
function parseRate(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  const rate = parseBytes(text)
  if (rate !== undefined) return rate
  throw usageError('--limit-rate', 'expected bytes per second, such as 500K or 5M', text)
}
