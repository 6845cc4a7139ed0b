import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parse as parseDuration } from '@lukeed/ms'
import { type DownloadOptions, download } from '../client/download.js'
import { nodeTransport } from '../client/node-transport.js'
import { resumableStream, type StreamOptions } from '../client/resumable-stream.js'
import { LastbyteError } from '../errors.js'
import { type DigestValue, parseChecksum } from '../http/digest-value.js'
import { type Teller, tellerFor } from './get-output.js'

/** What was typed, by the options' names. */
export interface GetFlags {
  readonly output?: string
  readonly connections?: string
  readonly checksum?: string
  readonly header?: readonly string[]
  readonly retryFor?: string
  readonly stall?: string
  readonly limitRate?: string
  readonly allowWeak?: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** What a shell is told. */
export const EXIT_CODES = {
  whole: 0,
  usage: 2,
  refused: 3,
  changed: 4,
  'digest mismatch': 5,
  disk: 6,
  'gave up': 7,
  'in use': 8,
  interrupted: 130,
} as const

/** The exit code for what ended a download. */
export function exitCodeOf(error: unknown): number | undefined {
  switch (error instanceof LastbyteError ? error.code : undefined) {
    case 'BAD_SETTING':
      return EXIT_CODES.usage
    case 'REFUSED':
      return EXIT_CODES.refused
    case 'REPRESENTATION_CHANGED':
    case 'NOT_RESUMABLE':
      return EXIT_CODES.changed
    case 'DIGEST_MISMATCH':
      return EXIT_CODES['digest mismatch']
    case 'DISK_FAILED':
      return EXIT_CODES.disk
    case 'GAVE_UP':
    case 'UNREACHABLE':
      return EXIT_CODES['gave up']
    case 'IN_USE':
      return EXIT_CODES['in use']
    case 'CANCELLED':
      return EXIT_CODES.interrupted
    default:
      return undefined
  }
}

/** Downloads to a file, or to stdout for `-`. @throws LastbyteError, for which `exitCodeOf` has a code */
export async function get(url: string, flags: GetFlags): Promise<void> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw bad('URL', 'wants http://… or https://…', url)
  }
  const to = flags.output ?? nameOf(url)
  const stop = new AbortController()
  const interrupt = () =>
    stop.abort(new LastbyteError('CANCELLED', 'Interrupted: what is held is kept for the next run'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const teller = tellerFor(flags, to)
  const options = { ...optionsOf(flags), signal: stop.signal, onEvent: teller.event }
  try {
    if (to === '-') await toStdout(url, options)
    else await toFile(url, { ...options, to }, teller)
  } catch (error) {
    teller.failed(error)
    throw error
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

async function toFile(url: string, options: DownloadOptions, teller: Teller): Promise<void> {
  teller.whole(await download(url, { ...options, onProgress: teller.progress }))
}

async function toStdout(url: string, options: StreamOptions): Promise<void> {
  const transport = nodeTransport()
  try {
    const { body } = await resumableStream(url, { ...options, transport: transport.send })
    await pipeline(body as never, process.stdout)
  } catch (error) {
    // Whoever reads stdout has had enough, as `head` has.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  } finally {
    await transport.close()
  }
}

function optionsOf(flags: GetFlags): Omit<DownloadOptions, 'to'> {
  const connections = Number(flags.connections ?? 1)
  if (!Number.isInteger(connections) || connections < 1 || connections > 16) {
    throw bad('--connections', 'wants a number from 1 to 16', flags.connections)
  }
  return {
    connections,
    headers: Object.fromEntries((flags.header ?? []).map(headerOf)),
    retryFor: duration('--retry-for', flags.retryFor ?? '10m'),
    stall: duration('--stall', flags.stall ?? '15s'),
    limitRate: rateOf(flags.limitRate),
    allowWeak: flags.allowWeak ?? false,
    ...(flags.checksum !== undefined && { checksum: checksumOf(flags.checksum) }),
  }
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw bad('--header', "wants 'Name: value'", text)
  return [name, value]
}

function checksumOf(text: string): DigestValue {
  const digest = parseChecksum(text)
  if (digest === undefined) throw bad('--checksum', 'wants sha-256:HEX or sha-512:HEX', text)
  return digest
}

function duration(flag: string, text: string): number {
  const ms = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text) ? (parseDuration(text) ?? 0) : undefined
  if (ms === undefined) throw bad(flag, 'wants a time such as 500ms, 30s or 10m', text)
  return ms
}

function rateOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  const [, number, unit = ''] = /^(\d+)([KMG]?)$/.exec(text) ?? []
  if (number === undefined || Number(number) === 0) {
    throw bad('--limit-rate', 'wants bytes a second, such as 500K or 5M', text)
  }
  return Number(number) * 1024 ** ' KMG'.indexOf(unit || ' ')
}

/** The last segment of the URL's path, as a name of this folder. */
function nameOf(url: string): string {
  const name = basename(decodeURIComponent(new URL(url).pathname))
  if (name !== '' && name !== '.' && name !== '..' && !/[\0/\\]/.test(name)) return name
  throw bad('-o', 'wants a file, since the URL has no name for one', undefined)
}

function bad(setting: string, why: string, received: unknown): LastbyteError {
  const shown = received === undefined ? '' : `; received '${received}'`
  return new LastbyteError('BAD_SETTING', `${setting}: ${why}${shown}`, { setting, received })
}
