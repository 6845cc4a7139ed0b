import { BoundedWait } from '../../async/bounded-wait.js'
import { releaseIterator } from '../../async/release-iterator.js'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { isFieldValue } from '../../http/caller-fields.js'
import { parseRetryAfter } from '../../http/retry-after.js'
import { StreamError, type StreamFailure } from '../../http/stream-error.js'
import { isFinal } from '../../resume/final-error.js'
import { type RetryPort, waitForRetry } from '../../resume/retry-loop.js'
import { isTransient } from '../../resume/transient-status.js'
import type { Answer } from '../../transport/response.js'
import { clientRetry, isPermanent } from '../client-retry.js'
import type { ReadPolicy } from '../read-policy.js'
import { requestBytes, serverStallLimit } from '../request.js'
import { transientResponse } from '../response-error.js'

/** What a chunk of a stream yields, in order. */
export type Step<T> =
  | { readonly kind: 'item'; readonly item: T }
  /** A terminal frame: the stream is complete. */
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: LastbyteError }

/** The state of a stream across its connections. */
export interface Session<T> {
  /** The media type that is requested. */
  readonly type: string
  /** ms to wait before a reconnect, if the server has sent `retry`. */
  readonly retry: number | undefined
  /** For Last-Event-ID; undefined at the start of the stream. */
  readonly lastId: string | undefined
  /** Whether a reconnect now neither loses nor repeats an item. */
  readonly canResume: boolean
  /** Whether the stream is incomplete where the server responds with 204. */
  readonly isIncomplete: boolean
  /** Starts with a response; returns the function that reads its chunks. */
  begin(response: Answer): (chunk: Uint8Array) => Step<T>[]
}

/**
 * The items of a stream, each once, through any number of interrupted connections.
 *
 * @throws StreamError where the server reports a final failure; LastbyteError REFUSED, NOT_RESUMABLE,
 *   REPRESENTATION_CHANGED, DIGEST_MISMATCH, UNREACHABLE, GAVE_UP; the signal's reason
 */
export async function* reconnectingStream<T>(
  session: Session<T>,
  policy: ReadPolicy,
  signal: AbortSignal,
): AsyncGenerator<T> {
  requireLastId(session)
  let isReached = false
  const port = retryPortOf(session, policy, () => isReached)
  const wait = new BoundedWait(signal, serverStallLimit(policy.stall))
  let body: AsyncIterator<Uint8Array> | undefined
  try {
    for (let offset = 0; ; ) {
      try {
        const response = await requestBytes(policy, fieldsOf(session), signal)
        body = response.body
        isReached = true
        if (judge(response, session, policy.clock.date()) === 'end') return
        const read = session.begin(response)
        for (;;) {
          const { done, value } = await wait.for(body.next())
          if (done) throw brokenStream('the stream ended without a final frame')
          for (const step of read(value)) {
            if (step.kind === 'end') return
            if (step.kind === 'failed') throw step.error
            port.budget.progress()
            offset += 1
            yield step.item
          }
        }
      } catch (thrown) {
        releaseIterator(body)
        body = undefined
        await waitForRetry(port, { thrown, offset }, signal)
      }
    }
  } finally {
    wait.close()
    releaseIterator(body)
  }
}

/** `isReached`: whether there has been a response. */
function retryPortOf(
  session: Session<unknown>,
  policy: ReadPolicy,
  isReached: () => boolean,
): RetryPort {
  return {
    ...clientRetry(policy),
    retryable(thrown) {
      const error = asLastbyteError(
        thrown,
        'ANSWER_BROKEN',
        `Cannot read stream: ${textOf(thrown)}`,
      )
      const isOver = error instanceof StreamError && !(error.retryable && session.canResume)
      if (isOver || isFinal(error, 'resuming') || (!isReached() && isPermanent(error))) throw error
      if (session.canResume) return error
      const message = `Cannot resume stream: its events have no ids: ${error.message}`
      throw new LastbyteError('NOT_RESUMABLE', message, {}, { cause: error })
    },
    exhausted(error) {
      const why = `no progress in ${policy.retry.retryFor} ms: ${error.message}`
      const message = `Cannot resume stream: ${why}`
      return new LastbyteError('GAVE_UP', message, error.facts, { cause: error })
    },
    // Up to half of `retry` is added, so that clients whose connections broke together spread out.
    requestedWait: ({ facts }) =>
      Math.max((session.retry ?? 0) * (1 + policy.chance() / 2), Number(facts.after ?? 0)),
  }
}

/** The fields of a request that continues after the last item. @throws LastbyteError NOT_RESUMABLE */
function fieldsOf({ type, lastId }: Session<unknown>): Record<string, string> {
  if (lastId === undefined) return { accept: type }
  // It is sent as UTF-8, whose bytes are the characters of a field.
  const value = String.fromCharCode(...new TextEncoder().encode(lastId))
  if (isFieldValue(value)) return { accept: type, 'last-event-id': value }
  const message = 'Cannot resume stream: its last id has characters that no header field can hold'
  throw new LastbyteError('NOT_RESUMABLE', message, { id: lastId })
}

/** Checks the id after which the caller wants to start. @throws LastbyteError BAD_SETTING */
function requireLastId(session: Session<unknown>): void {
  try {
    fieldsOf(session)
  } catch (cause) {
    const received = JSON.stringify(session.lastId)
    const message = `lastEventId: expected characters that a header field can hold; received ${received}`
    throw new LastbyteError('BAD_SETTING', message, { setting: 'lastEventId', received }, { cause })
  }
}

/** @throws LastbyteError REFUSED; ANSWER_BROKEN where a retry may succeed */
function judge(
  response: Answer,
  { type, isIncomplete }: Session<unknown>,
  now: number,
): 'stream' | 'end' {
  const { status } = response
  if (status === 204 && !isIncomplete) return 'end'
  if (isTransient(status, 'any cause')) {
    throw transientResponse(response, parseRetryAfter(response.field('retry-after'), now))
  }
  const why = unreadableReason(response, type)
  if (why === undefined) return 'stream'
  throw new LastbyteError('REFUSED', `Cannot read stream: the server responded with ${why}`, {
    status,
  })
}

/** Why no event or line can be read from a response, whose next one would be the same. */
function unreadableReason(response: Answer, type: string): string | undefined {
  const { status } = response
  if (status !== 200) return `status ${status}`
  const [received] = (response.field('content-type') ?? 'none').toLowerCase().split(';')
  if (received?.trim() !== type) return `Content-Type ${received}, expected ${type}`
  const coding = response.field('content-encoding')?.trim() ?? ''
  const isPlain = response.isDecoded || /^(identity)?$/i.test(coding)
  return isPlain ? undefined : `Content-Encoding ${coding}, expected identity`
}

/** Maps items to steps, up to the first step that ends the connection. */
export function mapSteps<A, B>(steps: Step<A>[], take: (item: A) => Step<B>[]): Step<B>[] {
  const mapped: Step<B>[] = []
  for (const step of steps) {
    mapped.push(...(step.kind === 'item' ? take(step.item) : [step]))
    if (mapped.some(({ kind }) => kind !== 'item')) break
  }
  return mapped
}

/** The failure that a server reports, as an error. */
export function streamErrorOf({ type, message, code, retryable }: StreamFailure): StreamError {
  return new StreamError({ type, status: code, retryable }, message)
}

export function failedStep(error: LastbyteError): { kind: 'failed'; error: LastbyteError } {
  return { kind: 'failed', error }
}

export function brokenStream(what: string): LastbyteError {
  return new LastbyteError('ANSWER_BROKEN', `Cannot continue reading: ${what}`)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
