import { setTimeout as pause } from 'node:timers/promises'
import { LastbyteError } from '../errors.js'
import type { CheckResult } from './report/report.js'
import { BoundReached } from './subject/budget.js'
import { type Exchange, fieldOf, type ProbeRequest } from './subject/exchange.js'
import type { Subject } from './subject/subject.js'
import { unusable } from './unusable.js'

/** ms before the last request: a Last-Modified of now is another one then. */
const SECOND = 1100

/** Of a kind each, so that a defect of one kind of request is not taken for a change. */
const REQUESTS: readonly [ProbeRequest, ...ProbeRequest[]] = [
  { fields: { range: 'bytes=0-0' }, read: 1, connection: 'new' },
  { method: 'HEAD', connection: 'new' },
  { read: 0, connection: 'new' },
]

/**
 * Ends the run where a failure shows no defect of the server, but that the file was replaced meanwhile, or that the
 * server refuses its client. Validators that differ from request to request, or from connection to connection, are a
 * defect.
 *
 * @throws LastbyteError REFUSED
 */
export async function requireSameFile(subject: Subject, { check, finding }: CheckResult) {
  // Those checks change the file.
  if (finding.kind !== 'failed' || check.group === 'changes') return
  const { exchange } = finding
  if (exchange === undefined || isAsSurveyed(subject, exchange)) return
  const from = subject.budget.requests
  const exchanges = await requestAgain(subject)
  const [first] = exchanges
  if (first === undefined || exchanges.length < REQUESTS.length) return
  if (exchanges.every(({ status }) => status >= 400)) {
    const received = `status ${first.status} to every request from about request ${from} on`
    throw unusable(first, 'the file until the end of the run', received)
  }
  const state = stateOf(first)
  if (exchanges.every((each) => each.status < 300 && stateOf(each) === state)) {
    const received = `another one from about request ${from} on: ${state}`
    throw unusable(first, `a file that does not change: ${stateOf(subject.facts.whole)}`, received)
  }
}

/** The responses as long as they differ from those of the survey. */
async function requestAgain(subject: Subject): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = []
  for (const request of REQUESTS) {
    if (exchanges.length === REQUESTS.length - 1) {
      await pause(SECOND, undefined, { signal: subject.signal })
    }
    const exchange = await sendOrNone(subject, request)
    if (exchange === undefined || isAsSurveyed(subject, exchange)) break
    exchanges.push(exchange)
  }
  return exchanges
}

async function sendOrNone(subject: Subject, request: ProbeRequest): Promise<Exchange | undefined> {
  try {
    return await subject.send(request)
  } catch (error) {
    subject.signal.throwIfAborted()
    if (error instanceof BoundReached || error instanceof LastbyteError) return undefined
    throw error
  }
}

function isAsSurveyed({ facts: { whole } }: Subject, exchange: Exchange): boolean {
  return exchange.status < 300 && stateOf(exchange) === stateOf(whole)
}

function stateOf(exchange: Exchange): string {
  const validators = ['ETag', 'Last-Modified'].flatMap((name) => {
    const value = fieldOf(exchange, name)
    return value === undefined ? [] : [`${name}: ${value}`]
  })
  return validators.join(', ') || 'neither ETag nor Last-Modified'
}
