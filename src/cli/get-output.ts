import type { Downloaded, Progress } from '../client/download/download.js'
import type { ClientEvent } from '../client/read-policy.js'
import { LastbyteError } from '../errors.js'

/** Tells a person, or a program, how a download goes. Never on stdout where bytes go there. */
export interface Teller {
  progress(progress: Progress): void
  event(event: ClientEvent): void
  whole(result: Downloaded): void
  failed(error: unknown): void
}

/** ms between two lines of progress. */
const PERIOD = 500

export async function tellerFor(
  { quiet = false, json = false }: { readonly quiet?: boolean; readonly json?: boolean },
  to: string,
): Promise<Teller> {
  if (json) return jsonTeller(to, to === '-' ? process.stderr : process.stdout)
  if (quiet) return silentTeller()
  return process.stderr.isTTY ? barTeller(to) : lineTeller(to)
}

function silentTeller(): Teller {
  return { progress() {}, event() {}, whole() {}, failed() {} }
}

/** One event a line, in JSON. */
function jsonTeller(to: string, out: NodeJS.WriteStream): Teller {
  const tell = (event: object) => void out.write(`${JSON.stringify(event)}\n`)
  const progress = seldom((now: Progress) => tell({ type: 'progress', ...now }))
  return {
    progress,
    event: (event) =>
      tell(event.type === 'retry' ? { ...event, error: codeAndText(event.error) } : event),
    whole: (result) => tell({ type: 'whole', to, ...result }),
    failed: (error) => tell({ type: 'failed', to, error: codeAndText(error) }),
  }
}

/** Lines for a log: what is out of the ordinary, and the end. */
function lineTeller(to: string): Teller {
  const say = (text: string) => void process.stderr.write(`lastbyte: ${text}\n`)
  return {
    progress() {},
    event: (event) => say(textOf(event)),
    whole: (result) => say(wholeText(to, result)),
    failed() {},
  }
}

/** A bar with rate, time left and tries. */
async function barTeller(to: string): Promise<Teller> {
  const { default: progress } = await import('cli-progress')
  const format = '{bar} {percentage}% {megabytes} MB  {rate} MB/s  {eta_formatted} left {tries}'
  const bar = new progress.SingleBar({
    format,
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 50,
  })
  let began: { bytes: number; at: number } | undefined
  let retries = 0
  const payload = (bytes: number) => {
    const seconds = began ? (performance.now() - began.at) / 1000 : 0
    const rate = seconds > 0 ? (bytes - (began?.bytes ?? 0)) / seconds / 1e6 : 0
    const tries = retries === 0 ? '' : ` ${retries} retries`
    return { megabytes: (bytes / 1e6).toFixed(1), rate: rate.toFixed(1), tries }
  }
  return {
    progress({ bytes, size = 0 }) {
      if (began === undefined) {
        began = { bytes, at: performance.now() }
        bar.start(size, bytes, payload(bytes))
      } else {
        bar.update(bytes, payload(bytes))
      }
    },
    event(event) {
      if (event.type === 'retry') retries += 1
    },
    whole(result) {
      bar.stop()
      process.stderr.write(`${wholeText(to, result)}\n`)
    },
    failed: () => bar.stop(),
  }
}

function wholeText(to: string, { size, received, verified }: Downloaded): string {
  const digest = verified.map(({ algorithm }) => algorithm).join(', ')
  const checked = digest === '' ? 'no digest to check' : `${digest} is right`
  return `${to} is whole: ${size} bytes, ${received} of them in this run, ${checked}`
}

function textOf(event: ClientEvent): string {
  if (event.type === 'restart') return `beginning anew: ${event.why}`
  return `again in ${Math.round(event.wait)} ms from byte ${event.offset}: ${event.error.message}`
}

function codeAndText(error: unknown) {
  const { code, message, facts } =
    error instanceof LastbyteError ? error : { code: 'UNKNOWN', message: String(error), facts: {} }
  return { code, message, ...facts }
}

function seldom<T>(act: (value: T) => void): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY
  return (value) => {
    const now = performance.now()
    if (now - last < PERIOD) return
    last = now
    act(value)
  }
}
