import { BoundedWait } from '../async/bounded-wait.js'
import { asLastbyteError, LastbyteError } from '../errors.js'
import { judgeResponse, type ResponseVerdict, type ResumeState } from '../resume/judge-response.js'
import { RetryBudget } from '../resume/retry-budget.js'
import { type Answer, releaseBody } from '../transport/response.js'
import { isResumable, pinFields, type Version } from './pinned-version.js'
import type { ReadPolicy } from './read-policy.js'
import { requestBytes, serverStallLimit } from './request.js'

/** Where a read begins, and where it ends; undefined: with the representation. */
export interface ReadRange {
  readonly start: number
  readonly end: number | undefined
}

/** What no further try can heal. */
const FATAL = new Set(['REPRESENTATION_CHANGED', 'REFUSED', 'NOT_RESUMABLE', 'CANCELLED'])

/**
 * The bytes of a slice of one version, through any number of answers that break off: each is judged
 * before a byte of it is taken, and goes on at the next byte. `first`: an answer to begin with, that
 * has been judged.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED, NOT_RESUMABLE, GAVE_UP; the signal's reason
 */
export async function* resumingRead(
  version: Version,
  wanted: ReadRange,
  rules: ReadPolicy,
  signal: AbortSignal,
  first?: Answer,
): AsyncGenerator<Uint8Array> {
  const budget = new RetryBudget(rules.retry, rules.clock.now, rules.chance)
  const wait = new BoundedWait(signal, serverStallLimit(rules.stall))
  let next = wanted.start
  let end = wanted.end ?? version.size
  let body = first?.body
  try {
    while (end === undefined || next < end) {
      try {
        if (body === undefined) {
          ;({ body, end } = await goOn(version, { start: next, end }, rules, signal))
        }
        const { done, value } = await wait.for(body.next())
        if (done && end === undefined) return
        if (done) throw broken('the answer ended early', next)
        if (value.length === 0) continue
        if (end !== undefined && next + value.length > end) throw broken('too much came', next)
        budget.progress()
        next += value.length
        yield value
      } catch (error) {
        releaseBody(body)
        body = undefined
        signal.throwIfAborted()
        await afterFailure(version, error, next, budget, rules, signal)
      }
    }
  } finally {
    wait.close()
    releaseBody(body)
  }
}

/** Waits for the next try, or ends the tries. */
async function afterFailure(
  version: Version,
  thrown: unknown,
  offset: number,
  budget: RetryBudget,
  rules: ReadPolicy,
  signal: AbortSignal,
): Promise<void> {
  const error = asLastbyteError(
    thrown,
    'ANSWER_BROKEN',
    `Cannot read on at byte ${offset}: ${text(thrown)}`,
  )
  if (FATAL.has(error.code)) throw error
  if (!isResumable(version, rules)) {
    const message = `Cannot go on at byte ${offset}: nothing strong tells the version: ${error.message}`
    throw new LastbyteError('NOT_RESUMABLE', message, { offset }, { cause: error })
  }
  const wait = budget.next(error.facts.after as number | undefined)
  if (wait === undefined) {
    const message = `Cannot go on at byte ${offset}: no progress in ${rules.retry.retryFor} ms: ${error.message}`
    throw new LastbyteError('GAVE_UP', message, { offset }, { cause: error })
  }
  rules.onEvent({ type: 'retry', tries: budget.tries, wait, offset, error })
  await rules.clock.wait(wait, signal)
}

/** A body that goes on, and where what is wanted ends, which the first answer may not have known. */
interface GoingOn {
  readonly body: AsyncIterator<Uint8Array>
  readonly end: number | undefined
}

/** Asks for what is still wanted of the version, and judges the answer. */
async function goOn(
  version: Version,
  { start, end }: ReadRange,
  rules: ReadPolicy,
  signal: AbortSignal,
): Promise<GoingOn> {
  const range = `bytes=${start}-${end === undefined || end === version.size ? '' : end - 1}`
  const answer = await requestBytes(rules, { range, ...pinFields(version, rules.pin) }, signal)
  const held: ResumeState = { ...version, start, end }
  const decision = judgeResponse(held, answer, rules.clock.date())
  if (decision.kind === 'append') return { body: answer.body, end: end ?? decision.total }
  if (decision.kind === 'whole') {
    const whole = end ?? decision.size
    const length = whole === undefined ? undefined : whole - start
    return { body: skipping(answer.body, decision.skip, length), end: whole }
  }
  releaseBody(answer.body)
  if (decision.kind !== 'at-end') throw errorOf(decision, answer, start)
  await requireEnd(version, start, rules, signal)
  return { body: nothing(), end: start }
}

/**
 * Makes sure that `size` bytes of this version are all of it: some servers answer 416 whatever the
 * condition says, so only its last byte with the same validator proves that.
 */
async function requireEnd(
  version: Version,
  size: number,
  rules: ReadPolicy,
  signal: AbortSignal,
): Promise<void> {
  const start = Math.max(0, size - 1)
  const own = { range: `bytes=${start}-`, ...pinFields(version, rules.pin) }
  const answer = await requestBytes(rules, own, signal)
  releaseBody(answer.body)
  const held: ResumeState = { ...version, start, end: undefined }
  const decision = judgeResponse(held, answer, rules.clock.date())
  const isEnd = decision.kind === 'append' && decision.total === size
  if (!isEnd) throw errorOf(decision, answer, size)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function errorOf(decision: ResponseVerdict, answer: Answer, start: number): LastbyteError {
  switch (decision.kind) {
    case 'changed': {
      const message = `Cannot go on at byte ${start}: the version that was begun is gone, received ${decision.received}`
      return new LastbyteError('REPRESENTATION_CHANGED', message, { offset: start })
    }
    case 'later': {
      const facts = { status: answer.status, after: decision.after }
      return new LastbyteError('ANSWER_BROKEN', `The server answers ${answer.status}`, facts)
    }
    case 'refused':
      return refused(answer, decision.why)
    default: {
      const message = `Cannot go on at byte ${start}: the server has no more, but maybe of another version`
      return new LastbyteError('REPRESENTATION_CHANGED', message, { offset: start })
    }
  }
}

/** An answer from byte 0 by a server without ranges: what is held already is passed over. */
async function* skipping(
  body: AsyncIterator<Uint8Array>,
  skip: number,
  length: number | undefined,
): AsyncGenerator<Uint8Array> {
  let left = skip
  let wanted = length ?? Number.POSITIVE_INFINITY
  try {
    while (wanted > 0) {
      const { done, value } = await body.next()
      if (done) return
      const bytes = value.subarray(Math.min(left, value.length)).subarray(0, wanted)
      left -= Math.min(left, value.length)
      wanted -= bytes.length
      // Nothing new is a sign of life too, though no progress.
      yield bytes
    }
  } finally {
    releaseBody(body)
  }
}

export function refused({ status }: Answer, why: string): LastbyteError {
  return new LastbyteError('REFUSED', `Cannot download: the server answers ${why}`, { status })
}

function broken(what: string, offset: number): LastbyteError {
  return new LastbyteError('ANSWER_BROKEN', `Cannot read on at byte ${offset}: ${what}`, { offset })
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
