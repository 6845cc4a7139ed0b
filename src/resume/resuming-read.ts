import { BoundedWait } from '../async/bounded-wait.js'
import { asLastbyteError, LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import { releaseBody } from '../transport/response.js'
import type { RetryBudget } from './retry-budget.js'
import type { RetryPolicy } from './retry-policy.js'
import { sourceStallLimit } from './stall-limit.js'

/** A failure that another try may heal. */
export interface Heal {
  /** The next byte that is wanted. */
  readonly offset: number
  /** Tries in vain since the last byte. */
  readonly tries: number
  /** ms until the next. */
  readonly wait: number
  readonly error: LastbyteError
}

/**
 * Asks the store for these bytes of the very version that was opened, and judges the answer before it
 * gives any.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED for what no try can heal; others for what one may
 */
export type ReopenAt = (slice: Slice, signal: AbortSignal) => Promise<AsyncIterator<Uint8Array>>

/** A read that can be gone on with. */
export interface Resumable {
  /** undefined where nothing tells the version, so that a read that breaks off can only end. */
  readonly reopenAt: ReopenAt | undefined
  readonly retryPolicy: RetryPolicy
  readonly onHeal: ((heal: Heal) => void) | undefined
  /** The name for a Proxy-Status field, where another server is read. */
  readonly proxy?: string | undefined
}

/** What no further try can heal. */
const FINAL = new Set(['REPRESENTATION_CHANGED', 'REFUSED', 'CANCELLED', 'DIGEST_MISMATCH'])

/**
 * The bytes of a slice of one version, through any number of answers that break off or stall: each
 * goes on at the next byte. `first`: gives the answer that is at hand, if it holds the slice's start.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED, SOURCE_FAILED, SOURCE_SHORT, SOURCE_TIMEOUT;
 *   the signal's reason
 */
export async function* resumingRead(
  resumable: Resumable,
  slice: Slice,
  signal: AbortSignal,
  first: () => AsyncIterator<Uint8Array> | undefined = () => undefined,
): AsyncGenerator<Uint8Array> {
  const { reopenAt, retryPolicy } = resumable
  const budget = retryPolicy.budgetFor(retryPolicy.retryFor)
  const wait = new BoundedWait(signal, sourceStallLimit(retryPolicy.stall))
  let next = slice.start
  let body = first()
  try {
    while (next < slice.end) {
      const rest = { start: next, end: slice.end }
      let chunk: Uint8Array
      try {
        body ??= await required(reopenAt, next)(rest, signal)
        chunk = await nextOf(body, wait, rest)
      } catch (error) {
        releaseBody(body)
        body = undefined
        signal.throwIfAborted()
        await healed(resumable, budget, error, next, signal)
        continue
      }
      if (chunk.length === 0) continue
      budget.progress()
      next += chunk.length
      yield chunk
    }
  } finally {
    wait.close()
    releaseBody(body)
  }
}

/** The next bytes, no more than are wanted. */
async function nextOf(
  body: AsyncIterator<Uint8Array>,
  wait: BoundedWait,
  { start, end }: Slice,
): Promise<Uint8Array> {
  const { done, value } = await wait.for(body.next())
  if (done) throw short(start)
  return value.length > end - start ? value.subarray(0, end - start) : value
}

/** Waits until the next try is due. @throws LastbyteError where there is to be none */
async function healed(
  { reopenAt, retryPolicy, onHeal, proxy }: Resumable,
  budget: RetryBudget,
  thrown: unknown,
  offset: number,
  signal: AbortSignal,
): Promise<void> {
  const error = asLastbyteError(thrown, 'SOURCE_FAILED', `Cannot read on at byte ${offset}`)
  const giveUp = (why: string): never => {
    const message = `Cannot go on at byte ${offset}: ${why}${error.message}`
    throw new LastbyteError(
      error.code,
      message,
      { ...error.facts, offset, proxy },
      { cause: error },
    )
  }
  if (FINAL.has(error.code)) return giveUp('')
  if (reopenAt === undefined) return giveUp('nothing strong tells the version: ')
  const wait = budget.next(error.facts.after as number | undefined)
  if (wait === undefined) return giveUp(`no progress in ${retryPolicy.retryFor} ms: `)
  onHeal?.({ offset, tries: budget.tries, wait, error })
  await retryPolicy.wait(wait, signal)
}

function required(reopenAt: ReopenAt | undefined, offset: number): ReopenAt {
  if (reopenAt !== undefined) return reopenAt
  throw new LastbyteError('REFUSED', `Cannot read at byte ${offset}: nothing tells the version`)
}

function short(offset: number): LastbyteError {
  const facts = { offset, proxyError: 'http_response_incomplete' }
  return new LastbyteError('SOURCE_SHORT', `Cannot read on at byte ${offset}: it ended`, facts)
}
