import { BoundedWait } from '../../async/bounded-wait.js'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { parseRetryAfter } from '../../http/retry-after.js'
import { StreamError, type StreamFailure } from '../../http/stream-error.js'
import { TRANSIENT } from '../../resume/judge-response.js'
import { RetryBudget } from '../../resume/retry-budget.js'
import { type Answer, releaseBody } from '../../transport/response.js'
import { isPermanent } from '../initial-response.js'
import type { ReadPolicy } from '../read-policy.js'
import { requestBytes, serverStallLimit } from '../request.js'

/** What comes of a part of a stream, in order. */
export type Step<T> =
  | { readonly kind: 'item'; readonly item: T }
  /** A terminal frame says that all was given. */
  | { readonly kind: 'over' }
  | { readonly kind: 'failed'; readonly error: LastbyteError }

/** A stream through any number of connections. */
export interface Session<T> {
  /** The media type that is asked for. */
  readonly type: string
  /** ms that the server wants to be left alone before it is asked again, if it has said so. */
  readonly retry: number | undefined
  /** What goes out in Last-Event-ID; undefined where the stream begins. */
  readonly place: string | undefined
  /** Whether nothing is missed or given twice by asking again now. */
  readonly canGoOn: boolean
  /** Whether a server that has no more to say (204) leaves it incomplete. */
  readonly isIncomplete: boolean
  /** Begins with an answer: what reads its parts. */
  begin(answer: Answer): (part: Uint8Array) => Step<T>[]
}

/** What no further try can heal. */
const FATAL = new Set([
  'REFUSED',
  'NOT_RESUMABLE',
  'REPRESENTATION_CHANGED',
  'DIGEST_MISMATCH',
  'CANCELLED',
])

/**
 * The items of a stream, each once, through any number of connections that break off.
 *
 * @throws StreamError where the server says that it failed for good; LastbyteError REFUSED,
 *   NOT_RESUMABLE, REPRESENTATION_CHANGED, DIGEST_MISMATCH, UNREACHABLE, GAVE_UP; the signal's reason
 */
export async function* reconnectingStream<T>(
  session: Session<T>,
  rules: ReadPolicy,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const budget = new RetryBudget(rules.retry, rules.clock.now, rules.chance)
  let answered = false
  for (let offset = 0; ; ) {
    let body: AsyncIterator<Uint8Array> | undefined
    const wait = new BoundedWait(signal, serverStallLimit(rules.stall))
    try {
      const answer = await requestBytes(rules, fieldsOf(session), signal)
      body = answer.body
      answered = true
      if (judge(answer, session, rules.clock.date()) === 'over') return
      const read = session.begin(answer)
      for (;;) {
        const { done, value } = await wait.for(body.next())
        if (done) throw broken('the stream ended without a last frame')
        for (const step of read(value)) {
          if (step.kind === 'over') return
          if (step.kind === 'failed') throw step.error
          budget.progress()
          offset += 1
          yield step.item
        }
      }
    } catch (thrown) {
      signal.throwIfAborted()
      const error = asLastbyteError(thrown, 'ANSWER_BROKEN', `Cannot read on: ${textOf(thrown)}`)
      if (!answered && isPermanent(error)) throw error
      const wait = waitAfter(error, session, budget, rules)
      rules.onEvent({ type: 'retry', tries: budget.tries, wait, offset, error })
      releaseBody(body)
      body = undefined
      await rules.clock.wait(wait, signal)
    } finally {
      wait.close()
      releaseBody(body)
    }
  }
}

function fieldsOf({ type, place }: Session<unknown>): Record<string, string> {
  if (place === undefined) return { accept: type }
  // Over the wire it is UTF-8, of which a field's characters are the bytes.
  const bytes = new TextEncoder().encode(place)
  return { accept: type, 'last-event-id': String.fromCharCode(...bytes) }
}

/** @throws LastbyteError REFUSED; ANSWER_BROKEN where to ask again may help */
function judge(
  answer: Answer,
  { type, isIncomplete }: Session<unknown>,
  now: number,
): 'stream' | 'over' {
  const { status } = answer
  if (status === 204 && !isIncomplete) return 'over'
  if (TRANSIENT.has(status)) {
    const after = parseRetryAfter(answer.field('retry-after'), now)
    throw new LastbyteError('ANSWER_BROKEN', `The server answers ${status}`, { status, after })
  }
  const [received] = (answer.field('content-type') ?? 'none').toLowerCase().split(';')
  if (status === 200 && received?.trim() === type) return 'stream'
  const what = status === 200 ? `the type ${received}, wanted ${type}` : `status ${status}`
  throw new LastbyteError('REFUSED', `Cannot read stream: the server answers ${what}`, { status })
}

/** ms to wait before the next try. @throws where there is to be none */
function waitAfter(
  error: LastbyteError,
  { canGoOn, retry = 0 }: Session<unknown>,
  budget: RetryBudget,
  { retry: { retryFor }, chance }: ReadPolicy,
): number {
  const isFinal = error instanceof StreamError && (!error.retryable || !canGoOn)
  if (isFinal || FATAL.has(error.code)) throw error
  if (!canGoOn) {
    const message = `Cannot go on: the stream has no ids, so something may be missing: ${error.message}`
    throw new LastbyteError('NOT_RESUMABLE', message, {}, { cause: error })
  }
  const after = Math.max(retry * (1 + chance() / 2), Number(error.facts.after ?? 0))
  const wait = budget.next(after)
  if (wait === undefined) {
    const message = `Cannot go on: no progress in ${retryFor} ms: ${error.message}`
    throw new LastbyteError('GAVE_UP', message, error.facts, { cause: error })
  }
  return wait
}

/** What becomes of items one after the other, up to what ends the connection. */
export function taking<A, B>(steps: Step<A>[], take: (item: A) => Step<B>[]): Step<B>[] {
  const taken: Step<B>[] = []
  for (const step of steps) {
    taken.push(...(step.kind === 'item' ? take(step.item) : [step]))
    if (taken.some(({ kind }) => kind !== 'item')) break
  }
  return taken
}

/** What a server tells of a failure, as an error. */
export function streamErrorOf({ type, message, code, retryable }: StreamFailure): StreamError {
  return new StreamError({ type, status: code, retryable }, message)
}

export function failed(error: LastbyteError): { kind: 'failed'; error: LastbyteError } {
  return { kind: 'failed', error }
}

export function broken(what: string): LastbyteError {
  return new LastbyteError('ANSWER_BROKEN', `Cannot read on: ${what}`)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
