import { type DownloadOptions, download } from '../client/download/download.js'
import { streamInto } from '../client/download/write-into.js'
import { nodeTransport } from '../client/platform/node-transport.js'
import { insecureRedirects, readPolicy } from '../client/resumable-stream.js'
import { LastbyteError } from '../errors.js'
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
  const interrupt = () => {
    const message = 'Interrupted: the received bytes are kept for the next run'
    stop.abort(new LastbyteError('CANCELLED', message))
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    for (const job of jobs) {
      const quiet = flags.quiet || job.isStderr
      const reporter = await createReporter({ ...flags, quiet }, job.to)
      await run(job, { ...options, signal: stop.signal, onEvent: reporter.event }, reporter)
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
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

async function run({ url, to }: Job, options: GetOptions, reporter: Reporter): Promise<void> {
  try {
    if (to === '-') await toStdout(url, options, reporter)
    else await toFile(url, { ...options, to }, reporter)
  } catch (error) {
    reporter.failed(error)
    throw withHint(error)
  }
}

async function toFile(url: string, options: DownloadOptions, reporter: Reporter): Promise<void> {
  reporter.complete(await download(url, { ...options, onProgress: reporter.progress }))
}

async function toStdout(
  url: string,
  { checksum, signal = new AbortController().signal, ...options }: GetOptions,
  reporter: Reporter,
): Promise<void> {
  const transport = nodeTransport(insecureRedirects(options))
  const policy = readPolicy(url, options, transport.send)
  const close = () => transport.close()
  const setup = { checksum, signal, close, onProgress: undefined }
  try {
    const stdout = { writer: process.stdout, path: 'stdout' }
    reporter.complete(await streamInto(stdout, policy, setup))
  } catch (error) {
    // The reader of stdout has closed it, as `head` does.
    if (error instanceof LastbyteError && error.facts.code === 'EPIPE') return
    throw error
  }
}
