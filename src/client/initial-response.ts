import { asLastbyteError, LastbyteError } from '../errors.js'
import { parseDigest } from '../http/digest-value.js'
import { judgeResponse, validatorOf } from '../resume/judge-response.js'
import { RetryBudget } from '../resume/retry-budget.js'
import { type Answer, releaseBody } from '../transport/response.js'
import type { Version } from './pinned-version.js'
import type { ReadPolicy } from './read-policy.js'
import { requestBytes } from './request.js'
import { refused } from './resuming-read.js'

/** Asks for the digest of the whole (RFC 9530 §4). */
export const WANTS_DIGEST = { 'want-repr-digest': 'sha-256=9' } as const

/** The first answer, and the version that it is of. */
export interface InitialResponse {
  readonly answer: Answer
  readonly version: Version
}

/**
 * Asks for the whole, until the server gives it: later tries are pinned to what this answer says.
 *
 * @throws LastbyteError REFUSED, UNREACHABLE, GAVE_UP; the signal's reason
 */
export async function requestInitial(
  rules: ReadPolicy,
  signal: AbortSignal,
): Promise<InitialResponse> {
  const { retry, clock, chance, onEvent } = rules
  const budget = new RetryBudget(retry, clock.now, chance)
  for (;;) {
    try {
      const answer = await requestBytes(rules, WANTS_DIGEST, signal)
      return { answer, version: judgeFirst(answer, clock.date()) }
    } catch (thrown) {
      signal.throwIfAborted()
      const error = asLastbyteError(thrown, 'ANSWER_BROKEN', `Cannot begin: ${String(thrown)}`)
      if (error.code === 'REFUSED' || isPermanent(error)) throw error
      const wait = budget.next(error.facts.after as number | undefined)
      if (wait === undefined) {
        const message = `Cannot begin: no answer in ${retry.retryFor} ms: ${error.message}`
        throw new LastbyteError('GAVE_UP', message, error.facts, { cause: error })
      }
      onEvent({ type: 'retry', tries: budget.tries, wait, offset: 0, error })
      await clock.wait(wait, signal)
    }
  }
}

/** A name that does not exist, or a certificate that does not hold, is not waited for. */
export function isPermanent({ facts: { reason, code } }: LastbyteError): boolean {
  return reason === 'tls' || code === 'ENOTFOUND'
}

function judgeFirst(answer: Answer, now: number): Version {
  const nothing = {
    validator: { kind: 'none' },
    size: undefined,
    start: 0,
    end: undefined,
  } as const
  const decision = judgeResponse(nothing, answer, now)
  if (decision.kind === 'whole') {
    return {
      validator: validatorOf(answer, now),
      size: decision.size,
      ranges: answer.field('accept-ranges'),
      digest: parseDigest(answer.field('repr-digest'), answer.field('digest')),
    }
  }
  releaseBody(answer.body)
  if (decision.kind === 'refused') throw refused(answer, decision.why)
  if (decision.kind !== 'later') throw refused(answer, `status ${answer.status}`)
  const facts = { status: answer.status, after: decision.after }
  throw new LastbyteError('ANSWER_BROKEN', `The server answers ${answer.status}`, facts)
}
