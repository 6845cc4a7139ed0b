import { pipeline } from 'node:stream/promises'
import { type DownloadOptions, download } from '../client/download/download.js'
import { resumableStream } from '../client/index.js'
import { asLastbyteError, LastbyteError } from '../errors.js'
import { type GetFlags, type GetOptions, parseGetFlags } from './get-flags.js'
import { checkLength, outputFor } from './output-file.js'
import { createReporter, type Reporter } from './reporter.js'
import { usageError } from './usage-error.js'

/** One URL, and the file that it is downloaded to. */
interface Job {
  readonly url: string
  readonly to: string
}

/**
 * Downloads one URL after the other, each to its file, or to stdout for `-`. The first failure ends it.
 *
 * @throws LastbyteError, which `exitCodeOf` maps to an exit code; BAD_SETTING before anything is requested
 */
export async function get(urls: readonly string[], flags: GetFlags): Promise<void> {
  const options = parseGetFlags(flags)
  const jobs = planJobs(urls, flags.output)
  if (flags.output === '-' && (options.connections ?? 1) > 1) {
    throw usageError('--connections', 'expected 1 when the bytes go to stdout', flags.connections)
  }
  for (const { to } of jobs) await checkLength(to)
  const stop = new AbortController()
  const interrupt = () => {
    const message = 'Interrupted: the received bytes are kept for the next run'
    stop.abort(new LastbyteError('CANCELLED', message))
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    for (const job of jobs) {
      const reporter = await createReporter(flags, job.to)
      await run(job, { ...options, signal: stop.signal, onEvent: reporter.event }, reporter)
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

function planJobs(urls: readonly string[], output: string | undefined): Job[] {
  if (urls.length > 1 && output !== undefined) {
    throw usageError('-o', `expected one URL; received ${urls.length}`)
  }
  const jobs = urls.map((url) => ({ url, to: outputFor(url, output) }))
  const repeated = jobs.find(({ to }, index) => jobs.findIndex((each) => each.to === to) < index)
  if (repeated === undefined) return jobs
  throw usageError('URL', `expected file names that differ; two are ${repeated.to}`, repeated.url)
}

async function run({ url, to }: Job, options: GetOptions, reporter: Reporter): Promise<void> {
  try {
    if (to === '-') await toStdout(url, options, reporter)
    else await toFile(url, { ...options, to }, reporter)
  } catch (error) {
    reporter.failed(error)
    throw error
  }
}

async function toFile(url: string, options: DownloadOptions, reporter: Reporter): Promise<void> {
  reporter.complete(await download(url, { ...options, onProgress: reporter.progress }))
}

async function toStdout(
  url: string,
  { connections: _one, ...options }: GetOptions,
  reporter: Reporter,
): Promise<void> {
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
    reporter.complete({ size, etag, received: size, verified: digests })
  } catch (error) {
    // The reader of stdout has closed it, as `head` does.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return
    const message = `Cannot write to stdout: ${(error as Error).message}`
    throw asLastbyteError(error, 'DISK_FAILED', message)
  }
}
