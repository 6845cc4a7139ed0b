import { type DownloadOptions, downloadOver } from '../client/download/download.js'
import { streamInto } from '../client/download/write-into.js'
import { nodeTransport } from '../client/platform/node-transport.js'
import type { OpenTransport } from '../client/platform/platform.js'
import { insecureRedirects, readPolicy } from '../client/resumable-stream.js'
import { LastbyteError } from '../errors.js'
import { withoutSecrets } from '../http/request-url.js'
import { type GetFlags, type GetOptions, parseGetFlags } from './get-flags.js'
import { withHint } from './get-hint.js'
import { checkFile, type Output, outputFor } from './output-file.js'
import { createReporter, type Reporter } from './reporter.js'
import { usageError } from './usage-error.js'

/** One URL, and where it is downloaded to. */
interface Job extends Output {
  readonly url: string
}

/**
 * Downloads one URL after the other, each to its file, or to stdout for `-`. The first failure ends it.
 *
 * @throws LastbyteError, which `exitCodeOf` maps to an exit code; BAD_SETTING before anything is requested
 */
export async function get(urls: readonly string[], flags: GetFlags): Promise<void> {
  const options = parseGetFlags(flags)
  const jobs: Job[] = []
  for (const { url, to } of planJobs(urls, flags.output)) {
    jobs.push({ url, ...(await checkFile(to)) })
  }
  if (jobs.some(({ to }) => to === '-') && (options.connections ?? 1) > 1) {
    throw usageError('--connections', 'expected 1 when the bytes go to stdout', flags.connections)
  }
  const stop = new AbortController()
  let isKept = true
  const interrupt = () => {
    const what = isKept ? 'the received bytes are kept for the next run' : 'nothing is kept'
    stop.abort(new LastbyteError('CANCELLED', `Interrupted: ${what}`))
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  // One for all: a small file would take longer to connect than to send.
  const transport = nodeTransport(insecureRedirects(options))
  try {
    for (const job of jobs) {
      isKept = job.isFile
      const quiet = flags.quiet || job.isStderr
      const reporter = await createReporter({ ...flags, quiet }, job.to)
      const each = { ...options, signal: stop.signal, onEvent: reporter.event }
      await run(job, transport, each, reporter).catch((error) => {
        throw jobs.length > 1 ? named(error, job.url) : error
      })
    }
  } finally {
    transport.close()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** The error of one URL of several, with the URL. */
function named(error: unknown, url: string): unknown {
  if (!(error instanceof LastbyteError) || error.code === 'CANCELLED') return error
  const { code, message, facts } = error
  return new LastbyteError(code, `${withoutSecrets(url)}: ${message}`, facts, { cause: error })
}

function planJobs(urls: readonly string[], output: string | undefined): Pick<Job, 'url' | 'to'>[] {
  if (urls.length > 1 && output !== undefined) {
    throw usageError('-o', `expected one URL; received ${urls.length}`)
  }
  const jobs = urls.map((url) => ({ url, to: outputFor(url, output) }))
  const repeated = jobs.find(({ to }, index) => jobs.findIndex((each) => each.to === to) < index)
  if (repeated === undefined) return jobs
  throw usageError('URL', `expected file names that differ; two are ${repeated.to}`, repeated.url)
}

async function run(
  { url, to }: Job,
  transport: OpenTransport,
  options: GetOptions,
  reporter: Reporter,
): Promise<void> {
  try {
    if (to === '-') await toStdout(url, transport, options, reporter)
    else await toFile(url, transport, { ...options, to }, reporter)
  } catch (error) {
    reporter.failed(error)
    throw withHint(error)
  }
}

async function toFile(
  url: string,
  transport: OpenTransport,
  options: DownloadOptions,
  reporter: Reporter,
): Promise<void> {
  const reported = { ...options, onProgress: reporter.progress }
  reporter.complete(await downloadOver(transport, url, reported))
}

async function toStdout(
  url: string,
  transport: OpenTransport,
  { checksum, signal = new AbortController().signal, ...options }: GetOptions,
  reporter: Reporter,
): Promise<void> {
  const policy = readPolicy(url, options, transport.send)
  const setup = { checksum, signal, close: () => {}, onProgress: undefined }
  try {
    const stdout = { writer: process.stdout, path: 'stdout' }
    reporter.complete(await streamInto(stdout, policy, setup))
  } catch (error) {
    // The reader of stdout has closed it, as `head` does.
    if (error instanceof LastbyteError && error.facts.code === 'EPIPE') return
    throw error
  }
}
