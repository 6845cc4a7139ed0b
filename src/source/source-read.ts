import { asLastbyteError, LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import { isFinal } from '../resume/final-error.js'
import { type ResumePort, resumingRead } from '../resume/resuming-read.js'
import type { Heal } from '../resume/retry-loop.js'
import type { RetryPolicy } from '../resume/retry-policy.js'
import { sourceRetry } from './source-retry.js'
import { sourceStallLimit } from './stall-limit.js'

/**
 * Requests these bytes of the version that was opened, and judges the response before it returns a body.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED where no retry can help; others where one may
 */
export type ReopenAt = (slice: Slice, signal: AbortSignal) => Promise<AsyncIterator<Uint8Array>>

/** How the reads of one version are resumed. */
export interface Resumable {
  /** undefined: no strong validator, so an interrupted read ends with an error. */
  readonly reopenAt: ReopenAt | undefined
  readonly retryPolicy: RetryPolicy
  readonly onHeal: ((heal: Heal) => void) | undefined
  /** The name for a Proxy-Status field, where another server is read. */
  readonly proxy?: string | undefined
}

/**
 * The bytes of a slice of one version of a source, resumed where a response is interrupted or stalls.
 * `first` returns the body of the response that opened the version, if it starts where the slice does.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED, SOURCE_FAILED, SOURCE_SHORT, SOURCE_TIMEOUT;
 *   the signal's reason
 */
export function readFromSource(
  resumable: Resumable,
  slice: Slice,
  signal: AbortSignal,
  first: () => AsyncIterator<Uint8Array> | undefined = () => undefined,
): AsyncGenerator<Uint8Array, void, void> {
  return resumingRead(portOf(resumable, slice.end), slice, signal, first)
}

function portOf({ reopenAt, retryPolicy, onHeal, proxy }: Resumable, end: number): ResumePort {
  const ended = (error: LastbyteError, offset: number, why: string) => {
    const message = `Cannot resume at byte ${offset}: ${why}${error.message}`
    const facts = { ...error.facts, offset, proxy }
    return new LastbyteError(error.code, message, facts, { cause: error })
  }
  return {
    ...sourceRetry(retryPolicy, retryPolicy.retryFor, onHeal),
    stall: sourceStallLimit(retryPolicy.stall),
    short,
    async reopen({ start }, signal) {
      if (reopenAt === undefined) throw unidentified(start)
      return { body: await reopenAt({ start, end }, signal), end }
    },
    retryable(thrown, offset) {
      const error = asLastbyteError(thrown, 'SOURCE_FAILED', `Cannot read at byte ${offset}`)
      if (isFinal(error, 'resuming')) throw ended(error, offset, '')
      if (reopenAt === undefined)
        throw ended(error, offset, 'no strong validator identifies the version: ')
      return error
    },
    exhausted: (error, offset) =>
      ended(error, offset, `no progress in ${retryPolicy.retryFor} ms: `),
  }
}

function unidentified(offset: number): LastbyteError {
  return new LastbyteError(
    'REFUSED',
    `Cannot read at byte ${offset}: no strong validator identifies the version`,
  )
}

function short(offset: number): LastbyteError {
  const facts = { offset, proxyError: 'http_response_incomplete' }
  return new LastbyteError('SOURCE_SHORT', `Cannot read at byte ${offset}: the body ended`, facts)
}
