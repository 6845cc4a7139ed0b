import { byteText, counted } from '../check/report/counted.js'
import type { CheckResult } from '../check/report/report.js'
import type { Bound } from '../check/subject/budget.js'
import { printableText } from '../printable-text.js'

/** Reports a run while it goes on. */
export interface CheckProgress {
  start(bound: Bound): void
  result(result: CheckResult): void
  end(): void
}

/** What a run is going to do. */
export interface Plan {
  /** Without secrets. */
  readonly url: string
  /** The number of checks. */
  readonly checks: number
  /** Where the bound is announced. */
  readonly out: NodeJS.WriteStream | undefined
  /** Whether a file may be so large that it raises the bound of bytes. */
  readonly mayGrow: boolean
}

/** Announces the bound, and shows a bar on stderr to a person. */
export async function createCheckProgress({
  url,
  checks,
  out,
  mayGrow,
}: Plan): Promise<CheckProgress> {
  const start = ({ requests, bytes }: Bound) => {
    const more = mayGrow ? ', or 1 % of a larger file' : ''
    const most = `${counted(requests, 'request')} and ${byteText(bytes)}${more}`
    out?.write(`${printableText(`Checking ${url} with at most ${most}.`)}\n`)
  }
  if (!process.stderr.isTTY) return { start, result() {}, end() {} }
  const { default: progress } = await import('cli-progress')
  const format = '{bar} {value}/{total} {failed} {id}'
  const bar = new progress.SingleBar({
    format,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 20,
  })
  let failures = 0
  const payload = (id: string) => ({
    failed: failures === 0 ? '' : `${failures} failed`,
    id: printableText(id),
  })
  return {
    start(bound) {
      start(bound)
      bar.start(checks, 0, payload(''))
    },
    result({ check: { id, strength }, finding: { kind } }) {
      if (kind === 'failed' && strength !== 'advice') failures += 1
      bar.increment(1, payload(id))
    },
    end: () => bar.stop(),
  }
}
