import { releaseIterator } from '../async/release-iterator.js'
import { asLastbyteError, LastbyteError } from '../errors.js'
import { contentCodingOf } from '../http/content-encoding.js'
import { parseDigest } from '../http/digest-value.js'
import { isFinal } from '../resume/final-error.js'
import { judgeLive } from '../resume/judge-live.js'
import {
  judgeResponse,
  type ResponseVerdict,
  validatorOf,
  weakTagOf,
} from '../resume/judge-response.js'
import { type RetryPort, retryUntilDone } from '../resume/retry-loop.js'
import type { Answer } from '../transport/response.js'
import { clientRetry, isPermanent } from './client-retry.js'
import type { Version } from './pinned-version.js'
import { liveRange } from './read-live.js'
import type { ReadPolicy } from './read-policy.js'
import { requestBytes } from './request.js'
import { refusedResponse, transientResponse } from './response-error.js'

/** Requests the digest of the whole representation (RFC 9530 §4). */
export const WANTS_DIGEST = { 'want-repr-digest': 'sha-256=9' } as const

/** The first response, and the version that it belongs to. */
export interface InitialResponse {
  readonly response: Answer
  readonly version: Version
}

/**
 * Requests the whole representation, until the server sends it. Later requests are pinned to the
 * version of this response.
 *
 * @throws LastbyteError REFUSED, UNREACHABLE, GAVE_UP; the signal's reason
 */
export function requestInitial(policy: ReadPolicy, signal: AbortSignal): Promise<InitialResponse> {
  const port: RetryPort = {
    ...clientRetry(policy),
    retryable(thrown) {
      const error = asLastbyteError(thrown, 'ANSWER_BROKEN', `Cannot start: ${String(thrown)}`)
      if (isFinal(error, 'opening') || isPermanent(error)) throw error
      return error
    },
    exhausted(error) {
      const message = `Cannot start: no response in ${policy.retry.retryFor} ms: ${error.message}`
      return new LastbyteError('GAVE_UP', message, error.facts, { cause: error })
    },
  }
  const range = policy.live ? { range: liveRange(0) } : {}
  const request = async () => {
    const response = await requestBytes(policy, { ...WANTS_DIGEST, ...range }, signal)
    // No range of an empty file can be had.
    if (policy.live && response.status === 416) {
      releaseIterator(response.body)
      return requestInitial({ ...policy, live: undefined }, signal)
    }
    return { response, version: versionOf(response, policy) }
  }
  return retryUntilDone(port, request, signal)
}

const NOTHING = {
  validator: { kind: 'none' },
  size: undefined,
  start: 0,
  end: undefined,
} as const

/** @throws LastbyteError REFUSED; ANSWER_BROKEN for a transient status */
function versionOf(response: Answer, policy: ReadPolicy): Version {
  const now = policy.clock.date()
  const verdict = judgeFirst(response, policy, now)
  if (verdict.kind === 'whole') {
    return {
      validator: validatorOf(response, now),
      weakTag: weakTagOf(response),
      size: verdict.size,
      ranges: response.field('accept-ranges'),
      coding: contentCodingOf(response.field('content-encoding')),
      digest: parseDigest(response.field('repr-digest'), response.field('digest')),
    }
  }
  releaseIterator(response.body)
  if (verdict.kind === 'later') throw transientResponse(response, verdict.after)
  const why = verdict.kind === 'refused' ? verdict.why : `status ${response.status}`
  throw refusedResponse(response, why)
}

/** The verdict on a first response. A part of a live file that begins with its first byte is the whole of it. */
function judgeFirst(response: Answer, { codings, live }: ReadPolicy, now: number): ResponseVerdict {
  const state = { ...NOTHING, codings }
  if (!live || response.status !== 206) return judgeResponse(state, response, now)
  const verdict = judgeLive({ ...state, validator: validatorOf(response, now) }, response, now)
  switch (verdict.kind) {
    case 'open':
    case 'so-far':
      return { kind: 'whole', skip: 0, size: undefined }
    case 'append':
      return verdict.end === verdict.total
        ? { kind: 'whole', skip: 0, size: verdict.total }
        : { kind: 'refused', why: `a part of ${verdict.end} bytes` }
    default:
      return verdict
  }
}
