import { releaseIterator } from '../async/release-iterator.js'
import { LastbyteError } from '../errors.js'
import { LIVE_LAST } from '../http/live-range.js'
import { judgeLive } from '../resume/judge-live.js'
import { pinFields } from '../resume/pin-fields.js'
import type { Continuation, ReadRange } from '../resume/resuming-read.js'
import type { Answer } from '../transport/response.js'
import type { LiveRead, LiveReader } from './read-policy.js'
import { requestBytes } from './request.js'

/** ms until a server is asked again that does not keep the response open. */
const POLL = 1_000

/** The Range of a growing file from a byte on, with the bytes to come. */
export function liveRange(start: number): string {
  return `bytes=${start}-${LIVE_LAST}`
}

/** Reads growing files from servers that keep their responses open, and from those that don't. */
export const LIVE: LiveReader = {
  request: requestLive,
  continuation: liveContinuation,
  requireFinished(state, response, now) {
    const { kind } = judgeLive(state, response, now)
    if (kind === 'open' || kind === 'so-far') throw unfinished(state.start)
  },
}

async function requestLive(
  read: LiveRead,
  { start }: ReadRange,
): Promise<{ readonly response: Answer; readonly continuation: Continuation | undefined }> {
  const { version, policy, signal } = read
  const own = { range: liveRange(start), ...pinFields(version, policy.pin) }
  const response = await requestBytes(policy, own, signal)
  return { response, continuation: liveContinuation(read, response, start) }
}

function liveContinuation(
  read: LiveRead,
  response: Answer,
  start: number,
): Continuation | undefined {
  const { version, policy } = read
  const { codings, clock } = policy
  const state = { ...version, codings, start, end: undefined }
  const verdict = judgeLive(state, response, clock.date())
  if (verdict.kind !== 'open' && verdict.kind !== 'so-far') return undefined
  read.onAlive()
  const until = verdict.kind === 'so-far' ? verdict.end : undefined
  return { body: untilFinished(read, response.body, start, until), end: undefined, until }
}

/**
 * The bytes of a body until the file is finished. That its message has ended does not prove it: a proxy may have ended
 * it.
 */
async function* untilFinished(
  { confirmEnd }: LiveRead,
  body: AsyncIterator<Uint8Array>,
  start: number,
  until: number | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  let next = start
  try {
    for (let chunk = await body.next(); !chunk.done; chunk = await body.next()) {
      yield chunk.value
      next += chunk.value.length
    }
  } finally {
    releaseIterator(body)
  }
  if (until !== undefined) throw unfinished(next, POLL)
  await confirmEnd(next)
}

/** The error for a file that still grows, after which it is requested again. */
function unfinished(offset: number, after = 0): LastbyteError {
  const message = `Cannot read at byte ${offset}: the response has ended, and the file still grows`
  return new LastbyteError('ANSWER_BROKEN', message, { offset, after })
}
