import type { Downloaded, Progress } from '../client/download/downloaded.js'
import type { ClientEvent } from '../client/read-policy.js'
import { LastbyteError } from '../errors.js'
import { printableText } from '../printable-text.js'

/** Reports a download to a person or a program. Never on stdout when the bytes go there. */
export interface Reporter {
  progress(progress: Progress): void
  event(event: ClientEvent): void
  complete(result: Downloaded): void
  failed(error: unknown): void
}

/** The flags that select the reports. */
export interface ReportFlags {
  readonly quiet?: boolean
  readonly json?: boolean
}

/** ms between two progress events. */
const PERIOD = 500

/** @param to the file, or `-` for stdout */
export async function createReporter(
  { quiet = false, json = false }: ReportFlags,
  to: string,
): Promise<Reporter> {
  if (json) return jsonReporter(to, to === '-' ? process.stderr : process.stdout)
  if (quiet) return silentReporter()
  return process.stderr.isTTY ? barReporter(to) : lineReporter(to)
}

function silentReporter(): Reporter {
  return { progress() {}, event() {}, complete() {}, failed() {} }
}

/** One JSON event per line. */
function jsonReporter(to: string, out: NodeJS.WriteStream): Reporter {
  const print = (event: object) => void out.write(`${printableText(JSON.stringify(event))}\n`)
  return {
    progress: throttled((progress: Progress) => print({ type: 'progress', ...progress })),
    event: (event) =>
      print(event.type === 'retry' ? { ...event, error: describeError(event.error) } : event),
    complete: (result) => print({ type: 'whole', to, ...result }),
    failed: (error) => print({ type: 'failed', to, error: describeError(error) }),
  }
}

/** Lines for a log: retries, restarts and the end. The command prints the error of a failure. */
function lineReporter(to: string): Reporter {
  const print = (text: string) => void process.stderr.write(`lastbyte: ${printableText(text)}\n`)
  return {
    progress() {},
    event: (event) => print(eventText(event)),
    complete: (result) => print(completeText(to, result)),
    failed() {},
  }
}

/** A progress bar with rate, remaining time and retries. */
async function barReporter(to: string): Promise<Reporter> {
  const { default: progress } = await import('cli-progress')
  const format = '{bar} {percentage}% {megabytes} MB  {rate} MB/s  {eta_formatted} left {retries}'
  const bar = new progress.SingleBar({
    format,
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 50,
  })
  let start: { bytes: number; at: number } | undefined
  let retries = 0
  const payload = (bytes: number) => {
    const seconds = start ? (performance.now() - start.at) / 1000 : 0
    const rate = seconds > 0 ? (bytes - (start?.bytes ?? 0)) / seconds / 1e6 : 0
    return {
      megabytes: (bytes / 1e6).toFixed(1),
      rate: rate.toFixed(1),
      retries: retries === 0 ? '' : ` ${retries} retries`,
    }
  }
  return {
    progress({ bytes, size = 0 }) {
      if (start === undefined) {
        start = { bytes, at: performance.now() }
        bar.start(size, bytes, payload(bytes))
      } else {
        bar.update(bytes, payload(bytes))
      }
    },
    event(event) {
      if (event.type === 'retry') retries += 1
    },
    complete(result) {
      bar.stop()
      process.stderr.write(`${printableText(completeText(to, result))}\n`)
    },
    failed: () => bar.stop(),
  }
}

function completeText(to: string, downloaded: Downloaded): string {
  const { size, received, verified, contentEncoding } = downloaded
  const digests = verified.map(({ algorithm }) => algorithm).join(', ')
  const check = digests === '' ? 'no digest to verify' : `${digests} verified`
  const coded = contentEncoding === undefined ? '' : `, saved as sent: ${contentEncoding}-encoded`
  return `${to}: complete, ${size} bytes, ${received} of them received in this run, ${check}${coded}`
}

function eventText(event: ClientEvent): string {
  if (event.type === 'restart') return `restarting: ${event.why}`
  const { wait, offset, error } = event
  return `retrying from byte ${offset} in ${Math.round(wait)} ms: ${error.message}`
}

function describeError(error: unknown) {
  if (!(error instanceof LastbyteError)) return { code: 'UNKNOWN', message: String(error) }
  // `code` of the facts is that of the system, such as ENOSPC.
  const { code: systemCode, ...facts } = error.facts
  const { code, message } = error
  return { ...facts, ...(systemCode !== undefined && { systemCode }), code, message }
}

/** Calls `act` at most once in each period. */
function throttled<T>(act: (value: T) => void): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY
  return (value) => {
    const now = performance.now()
    if (now - last < PERIOD) return
    last = now
    act(value)
  }
}
