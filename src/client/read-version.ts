import { releaseIterator } from '../async/release-iterator.js'
import { asLastbyteError, LastbyteError } from '../errors.js'
import { isFinal } from '../resume/final-error.js'
import { judgeResponse, type ResponseVerdict } from '../resume/judge-response.js'
import { pinFields } from '../resume/pin-fields.js'
import {
  type Continuation,
  type ReadRange,
  type ResumePort,
  resumingRead,
} from '../resume/resuming-read.js'
import { skipBytes } from '../resume/skip-bytes.js'
import type { Answer } from '../transport/response.js'
import { clientRetry } from './client-retry.js'
import { isResumable, type Version } from './pinned-version.js'
import type { LiveRead, ReadPolicy } from './read-policy.js'
import { requestBytes, serverStallLimit } from './request.js'
import { refusedResponse, transientResponse } from './response-error.js'

/**
 * The bytes of a range of one version, through any number of responses that end early. `first`: a
 * response that has been judged already and starts where the range does.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED, NOT_RESUMABLE, GAVE_UP; the signal's reason
 */
export function readVersion(
  version: Version,
  { start, end = version.size }: ReadRange,
  policy: ReadPolicy,
  signal: AbortSignal,
  first?: Answer,
): AsyncGenerator<Uint8Array, void, void> {
  // The size that a later response tells is one of the version, too.
  let pinned = version
  const retry = clientRetry(policy)
  const { live } = policy
  const growing: LiveRead | undefined =
    live && end === undefined
      ? {
          ...{ version, policy, signal },
          confirmEnd: (size) => confirmEnd(version, size, policy, signal),
          onAlive: () => retry.budget.progress(),
        }
      : undefined
  const port: ResumePort = {
    ...retry,
    stall: serverStallLimit(policy.stall),
    async reopen(rest, signal) {
      if (live && growing && rest.end === undefined) {
        const { response, continuation } = await live.request(growing, rest)
        if (continuation !== undefined) return continuation
        return judgeRest(version, rest, { policy, signal, response })
      }
      const { size, ...continuation } = await requestRest(pinned, rest, policy, signal)
      pinned = { ...pinned, size: size ?? pinned.size }
      return continuation
    },
    short: (offset) => broken('the body ended early', offset),
    excess: (offset) => broken('the body is longer than announced', offset),
    retryable(thrown, offset) {
      const message = `Cannot read at byte ${offset}: ${textOf(thrown)}`
      const error = asLastbyteError(thrown, 'ANSWER_BROKEN', message)
      if (isFinal(error, 'resuming')) throw error
      if (isResumable(version, policy)) return error
      throw ended('NOT_RESUMABLE', error, offset, 'no strong validator identifies the version')
    },
    exhausted: (error, offset) =>
      ended('GAVE_UP', error, offset, `no progress in ${policy.retry.retryFor} ms`),
  }
  const open = () =>
    first && ((growing && live?.continuation(growing, first, start)?.body) ?? first.body)
  return resumingRead(port, { start, end }, signal, open)
}

/** Requests the rest of the version, and judges the response. */
async function requestRest(
  version: Version,
  { start, end }: ReadRange,
  policy: ReadPolicy,
  signal: AbortSignal,
): Promise<Continuation & Pick<Version, 'size'>> {
  const range = `bytes=${start}-${end === undefined || end === version.size ? '' : end - 1}`
  const own = { range, ...pinFields(version, policy.pin) }
  const response = await requestBytes(policy, own, signal)
  return judgeRest(version, { start, end }, { policy, signal, response })
}

/** A response, and how further ones are requested. */
interface Received {
  readonly policy: ReadPolicy
  readonly signal: AbortSignal
  readonly response: Answer
}

/** Judges the response to the rest of the version. */
async function judgeRest(
  version: Version,
  { start, end }: ReadRange,
  { policy, signal, response }: Received,
): Promise<Continuation & Pick<Version, 'size'>> {
  const { codings, clock } = policy
  const verdict = judgeResponse({ ...version, codings, start, end }, response, clock.date())
  const { body } = response
  if (verdict.kind === 'append') {
    const { total: size, end: until } = verdict
    return { body, end: end ?? size, until, size }
  }
  if (verdict.kind === 'whole') {
    const { size } = verdict
    const until = end ?? size
    // Without a cut at the end of the representation, a body that is longer is noticed.
    const length = until === size ? undefined : until && until - start
    return { body: skipBytes(body, verdict.skip, length), end: until, size }
  }
  releaseIterator(body)
  if (verdict.kind !== 'at-end') throw errorOf(verdict, response, start)
  await confirmEnd(version, start, policy, signal)
  return { body: noBytes(), end: start, size: start }
}

/**
 * Confirms that the version has `size` bytes: some servers respond with 416 whatever the precondition
 * says, so only its last byte with the same validator proves that.
 */
async function confirmEnd(
  version: Version,
  size: number,
  policy: ReadPolicy,
  signal: AbortSignal,
): Promise<void> {
  const start = Math.max(0, size - 1)
  const own = { range: `bytes=${start}-`, ...pinFields(version, policy.pin) }
  const response = await requestBytes(policy, own, signal)
  releaseIterator(response.body)
  const state = { ...version, codings: policy.codings, start, end: undefined }
  const now = policy.clock.date()
  policy.live?.requireFinished(state, response, now)
  const verdict = judgeResponse(state, response, now)
  // An empty file has no last byte.
  if (verdict.kind === 'at-end' && size === 0) return
  const isEnd = verdict.kind === 'append' && verdict.total === size
  if (!isEnd) throw errorOf(verdict, response, size)
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

function errorOf(verdict: ResponseVerdict, response: Answer, start: number): LastbyteError {
  switch (verdict.kind) {
    case 'later':
      return transientResponse(response, verdict.after)
    case 'refused':
      return refusedResponse(response, verdict.why)
    default: {
      const received = verdict.kind === 'changed' ? verdict.received : 'no strong proof of its end'
      const message = `Cannot resume at byte ${start}: the version has changed; received ${received}`
      return new LastbyteError('REPRESENTATION_CHANGED', message, { offset: start })
    }
  }
}

function ended(
  code: 'NOT_RESUMABLE' | 'GAVE_UP',
  cause: LastbyteError,
  offset: number,
  why: string,
): LastbyteError {
  const message = `Cannot resume at byte ${offset}: ${why}: ${cause.message}`
  return new LastbyteError(code, message, { offset }, { cause })
}

function broken(what: string, offset: number): LastbyteError {
  return new LastbyteError('ANSWER_BROKEN', `Cannot read at byte ${offset}: ${what}`, { offset })
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
