import { releaseIterator } from '../../async/release-iterator.js'
import { asLastbyteError } from '../../errors.js'
import { type DigestValue, parseDigest } from '../../http/digest-value.js'
import { isFinal } from '../../resume/final-error.js'
import { judgeResponse } from '../../resume/judge-response.js'
import { pinFields } from '../../resume/pin-fields.js'
import { RetryBudget } from '../../resume/retry-budget.js'
import { type RetryPort, retryUntilDone } from '../../resume/retry-loop.js'
import type { Answer } from '../../transport/response.js'
import { isPermanent } from '../client-retry.js'
import { WANTS_DIGEST } from '../initial-response.js'
import type { Version } from '../pinned-version.js'
import type { ReadPolicy } from '../read-policy.js'
import { requestBytes } from '../request.js'
import { transientResponse } from '../response-error.js'

/** The status of a response that has only the requested byte (RFC 9110 §15.3.7). */
const PARTIAL = 206

/** ms that a complete file waits for its digest. */
const MAX_WAIT = 10_000

/**
 * Requests the digest of a version whose bytes have been received: a server may have computed it
 * meanwhile. undefined if the server announces none, or none that is certainly of this version.
 *
 * @throws the signal's reason
 */
export async function fetchDigest(
  version: Version,
  policy: ReadPolicy,
  signal: AbortSignal,
): Promise<DigestValue | undefined> {
  if (version.validator.kind !== 'strong' || version.size === 0) return undefined
  const { retry, clock, chance } = policy
  const retryFor = Math.min(retry.retryFor, MAX_WAIT)
  const port: RetryPort = {
    budget: new RetryBudget({ ...retry, retryFor }, clock.now, chance),
    wait: clock.wait,
    retryable(thrown) {
      const error = asLastbyteError(thrown, 'ANSWER_BROKEN', `Cannot request digest: ${thrown}`)
      if (isFinal(error, 'resuming') || isPermanent(error)) throw error
      return error
    },
    exhausted: (error) => error,
    // A download doesn't fail without the digest, so its retries are not reported.
    onRetry: () => {},
  }
  try {
    return await retryUntilDone(port, () => requestDigest(version, policy, signal), signal)
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

/** @throws LastbyteError ANSWER_BROKEN for a transient status; as `requestBytes` does */
async function requestDigest(
  version: Version,
  policy: ReadPolicy,
  signal: AbortSignal,
): Promise<DigestValue | undefined> {
  const own = { ...WANTS_DIGEST, range: 'bytes=0-0', ...pinFields(version, 'if-match') }
  const response = await requestBytes(policy, own, signal)
  if (response.status === PARTIAL) finishShortBody(response.body)
  else releaseIterator(response.body)
  const firstByte = { ...version, codings: policy.codings, start: 0, end: 1 }
  const verdict = judgeResponse(firstByte, response, policy.clock.date())
  if (verdict.kind === 'later') throw transientResponse(response, verdict.after)
  const isOfVersion = verdict.kind === 'append' || verdict.kind === 'whole'
  if (!isOfVersion) return undefined
  return parseDigest(response.field('repr-digest'), response.field('digest'))
}

/**
 * Reads a body of one chunk to its end, so that the next request can use the connection. It is not waited for: it has
 * usually arrived with the header. A longer body ends the connection.
 */
function finishShortBody(body: Answer['body']): void {
  const reading = body.next().then(({ done }) => done || body.next().then((next) => next.done))
  reading.then(
    (isEnd) => isEnd || releaseIterator(body),
    () => releaseIterator(body),
  )
}
