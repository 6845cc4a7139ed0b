import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parse as parseDuration } from '@lukeed/ms'
import { type DownloadOptions, download } from '../client/download/download.js'
import { resumableStream } from '../client/index.js'
import type { StreamOptions } from '../client/resumable-stream.js'
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

/**
 * Downloads one URL after the other, each to its file, or to stdout for `-`.
 *
 * @throws LastbyteError, for which `exitCodeOf` has a code: of the first that fails
 */
export async function get(urls: readonly string[], flags: GetFlags): Promise<void> {
  if (urls.length > 1 && flags.output !== undefined) {
    throw bad('-o', `wants one URL; there are ${urls.length}`, flags.output)
  }
  const options = optionsOf(flags)
  if (flags.output === '-' && (options.connections ?? 1) > 1) {
    throw bad('--connections', 'wants 1 where the bytes go to stdout', flags.connections)
  }
  for (const url of urls) checkUrl(url)
  const errands = urls.map((url) => ({ url, to: flags.output ?? nameOf(url) }))
  const twice = errands.find(({ to }, index) => errands.findIndex((each) => each.to === to) < index)
  if (twice !== undefined)
    throw bad('URL', `wants names that differ; two are ${twice.to}`, twice.url)
  const stop = new AbortController()
  const interrupt = () =>
    stop.abort(new LastbyteError('CANCELLED', 'Interrupted: what is held is kept for the next run'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    for (const { url, to } of errands) {
      await getOne(url, { ...options, to, signal: stop.signal }, await tellerFor(flags, to))
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

async function getOne(url: string, options: DownloadOptions, teller: Teller): Promise<void> {
  const told = { ...options, onEvent: teller.event }
  try {
    if (options.to === '-') await toStdout(url, told, teller)
    else await toFile(url, told, teller)
  } catch (error) {
    teller.failed(error)
    throw error
  }
}

async function toFile(url: string, options: DownloadOptions, teller: Teller): Promise<void> {
  teller.whole(await download(url, { ...options, onProgress: teller.progress }))
}

async function toStdout(url: string, options: StreamOptions, teller: Teller): Promise<void> {
  const { body, etag, digests } = await resumableStream(url, options)
  let size = 0
  const count = async function* () {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length
      yield chunk
    }
  }
  try {
    await pipeline(count, process.stdout)
    teller.whole({ size, etag, received: size, verified: digests })
  } catch (error) {
    // Whoever reads stdout has had enough, as `head` has.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
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

function checkUrl(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return
  throw bad('URL', 'wants http://… or https://…', url)
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
