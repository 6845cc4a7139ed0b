import type { FastifyRequest } from 'fastify'
import { LongTimer } from '../async/long-timer.js'
import type { Transfer } from '../delivery/transfer.js'
import { LastbyteError, toError } from '../errors.js'
import { StreamError } from '../http/stream-error.js'
import type { Reauthorize } from '../settings/stream-options.js'

export interface ReauthorizeSettings {
  readonly reauthorize: Reauthorize | undefined
  /** ms between two calls, and until a call times out. */
  readonly reauthorizeInterval: number
}

/**
 * Calls `reauthorize` periodically while a stream is open. Aborts the transfer when a call returns false,
 * throws or does not settle in time. Returns a function that stops the calls.
 */
export function reauthorizePeriodically(
  { reauthorize, reauthorizeInterval: interval }: ReauthorizeSettings,
  request: FastifyRequest,
  transfer: Transfer,
): () => void {
  if (reauthorize === undefined) return keepNothing
  const check = async () => {
    timer = new LongTimer(() => transfer.abort(timedOut(interval)), interval).unref()
    try {
      if ((await reauthorize(request)) === false) transfer.abort(refused())
    } catch (cause) {
      transfer.abort(refused(cause))
    }
    timer.clear()
    if (transfer.abortReason === undefined && !stopped)
      timer = new LongTimer(check, interval).unref()
  }
  let stopped = false
  let timer = new LongTimer(check, interval).unref()
  return () => {
    stopped = true
    timer.clear()
  }
}

function keepNothing(): void {}

/** UNAUTHORIZED; SOURCE_FAILED where the application threw a 5xx, which is a failure of the server. */
function refused(thrown?: unknown): LastbyteError {
  const cause = thrown === undefined ? undefined : toError(thrown)
  if (cause instanceof StreamError) return cause
  const { statusCode } = (cause ?? {}) as { readonly statusCode?: number }
  const code = statusCode !== undefined && statusCode >= 500 ? 'SOURCE_FAILED' : 'UNAUTHORIZED'
  return new LastbyteError(
    code,
    'Cannot continue sending: reauthorize does not allow it',
    {},
    { cause },
  )
}

function timedOut(interval: number): LastbyteError {
  const message = `Cannot continue sending: reauthorize did not settle in ${interval} ms`
  return new LastbyteError('SOURCE_TIMEOUT', message, { interval })
}
