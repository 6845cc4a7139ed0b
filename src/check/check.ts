import { LastbyteError } from '../errors.js'
import { withoutSecrets } from '../http/request-url.js'
import { readOptions } from '../validation/read-options.js'
import { IN_FLIGHT_BYTES } from './changes/change-in-flight.js'
import { CHECK_OPTIONS, type CheckOptions } from './check-options.js'
import { chooseChecks } from './choose-checks.js'
import { readTarget } from './read-target.js'
import { levelOf } from './report/level.js'
import type { CheckResult, Report } from './report/report.js'
import { runChecks } from './run-checks.js'
import { BoundReached, Budget } from './subject/budget.js'
import type { Check } from './subject/check-definition.js'
import type { Facts } from './subject/facts.js'
import { Http1Sender } from './subject/http1-sender.js'
import { Http2Sender } from './subject/http2-sender.js'
import { PairSender } from './subject/pair-sender.js'
import { ServerBusy } from './subject/patience.js'
import { Subject } from './subject/subject.js'
import { SURVEY_REQUESTS, survey } from './survey.js'
import { unusable } from './unusable.js'

const LEAST_BYTES = 4 * 1024 * 1024
/** The part of a large representation that a run may take. */
const PART = 0.01
/** Bytes of that part at most, whatever size a server announces. */
const LARGEST_PART = 1024 ** 3
/** ms of a run by default. */
const DEADLINE = 300_000
/** Redirects and responses with Retry-After, beside the requests of the checks. */
const SPARE_REQUESTS = 30

/**
 * Checks whether a server lets its clients resume: sends requests to it, one at a time, and judges the responses.
 * The whole representation is requested at most once, and only if it fits in the bound.
 *
 * @param url of a file, http: or https:. Credentials in it are sent as Authorization
 * @throws LastbyteError BAD_SETTING for an invalid URL or option; UNREACHABLE, ANSWER_BROKEN or SERVER_STALLED where
 *   the first request gets no response; REFUSED where it is not that of a file, and where the file was replaced
 *   during the run or the server came to refuse every request. The reason of `signal`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { check, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const url = `${server.url}/clip.mp4`
 * assert.deepEqual((await check(url, { only: ['conditions'] })).failed, [])
 * server.faults.arm({ fault: { kind: 'request-fields', remove: ['if-range'] } })
 * const { failed, level } = await check(url, { only: ['ranges', 'if-range-stale-etag'] })
 * assert.deepEqual(failed.map(({ check }) => check.id), ['if-range-stale-etag'])
 * assert.equal(level, 'resumes')
 * ```
 */
export async function check(url: string | URL, given: CheckOptions = {}): Promise<Report> {
  const options = readOptions(given, CHECK_OPTIONS)
  const checks = chooseChecks(options.only)
  const { onResult = () => {}, signal = new AbortController().signal } = options
  const changes = options.change && checks.some(({ group }) => group === 'changes')
  const changeBytes = changes ? IN_FLIGHT_BYTES : 0
  const budget = new Budget(
    {
      requests: options.requests ?? requestsOf(checks),
      bytes: options.bytes ?? LEAST_BYTES + changeBytes,
    },
    { limit: options.deadline ?? DEADLINE, now: () => performance.now() },
  )
  const sending = {
    timeout: options.timeout ?? 10_000,
    insecure: options.insecure ?? false,
    onBytes: (bytes: number) => budget.countBytes(bytes),
    signal,
  }
  const http1 = new Http1Sender(sending)
  const http2 = new Http2Sender(sending)
  const subject = new Subject({
    ...readTarget(url, options.headers),
    version: options.http2 ? '2' : '1.1',
    senders: { '1.0': http1, '1.1': http1, '2': http2 },
    pairs: new PairSender(sending),
    budget,
    change: options.change,
    signal,
  })
  options.onStart?.(budget.bound)
  try {
    const facts = await surveyWithin(subject)
    subject.learn(facts)
    if (options.bytes === undefined) {
      const part = Math.floor((facts.size ?? 0) * PART)
      budget.allowBytes(Math.min(part, LARGEST_PART) + changeBytes)
    }
    return reportOf(subject, await runChecks(checks, subject, onResult))
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    http1.close()
    http2.close()
  }
}

async function surveyWithin(subject: Subject): Promise<Facts> {
  try {
    return await survey(subject)
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error
    if (error instanceof ServerBusy) throw unusable(error.exchange, 'status 200', error.received)
    const message = `Cannot check ${withoutSecrets(subject.givenUrl)}: ${error.message} before the first checks`
    throw new LastbyteError('BAD_SETTING', message, {}, { cause: error })
  }
}

function reportOf(subject: Subject, results: readonly CheckResult[]): Report {
  const { budget, facts, url, givenUrl } = subject
  const failures = results.filter(({ finding }) => finding.kind === 'failed')
  return {
    url: withoutSecrets(givenUrl),
    finalUrl: withoutSecrets(url),
    date: new Date().toISOString(),
    level: levelOf(results),
    size: facts.size,
    results,
    failed: failures.filter(({ check: { strength } }) => strength !== 'advice'),
    advice: failures.filter(({ check: { strength } }) => strength === 'advice'),
    cost: { requests: budget.requests, bytes: budget.bytes, bound: budget.bound },
  }
}

function requestsOf(checks: readonly Check[]): number {
  return checks.reduce((sum, { cost }) => sum + cost.requests, SURVEY_REQUESTS + SPARE_REQUESTS)
}
