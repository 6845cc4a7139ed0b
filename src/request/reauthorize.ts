import type { FastifyRequest } from 'fastify'
import type { Transfer } from '../delivery/transfer.js'
import { LastbyteError } from '../errors.js'
import { StreamError } from '../http/stream-error.js'
import type { Reauthorize } from '../settings/stream-options.js'

export interface ReauthorizeSettings {
  readonly reauthorize: Reauthorize | undefined
  /** ms between two questions, and for an answer. */
  readonly reauthorizeInterval: number
}

/**
 * Asks time and again whether a request may still read, and ends its transfer where it may not, or
 * where nobody answers: who is not known to be allowed is not. Gives what ends the asking.
 */
export function reauthorizePeriodically(
  { reauthorize, reauthorizeInterval: interval }: ReauthorizeSettings,
  request: FastifyRequest,
  transfer: Transfer,
): () => void {
  if (reauthorize === undefined) return () => {}
  const ask = async () => {
    timer = setTimeout(() => transfer.abort(unanswered(interval)), interval).unref()
    try {
      if ((await reauthorize(request)) === false) transfer.abort(refused())
    } catch (cause) {
      transfer.abort(refused(cause))
    }
    clearTimeout(timer)
    if (!transfer.signal.aborted && !stopped) timer = setTimeout(ask, interval).unref()
  }
  let stopped = false
  let timer = setTimeout(ask, interval).unref()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** An error of the application's server is not the client's fault. */
function refused(cause?: unknown): LastbyteError {
  if (cause instanceof StreamError) return cause
  const { statusCode } = (cause ?? {}) as { readonly statusCode?: number }
  const code = statusCode !== undefined && statusCode >= 500 ? 'SOURCE_FAILED' : 'UNAUTHORIZED'
  return new LastbyteError(code, 'Cannot send on: reauthorize does not allow it', {}, { cause })
}

function unanswered(interval: number): LastbyteError {
  const message = `Cannot send on: reauthorize gave no answer in ${interval} ms`
  return new LastbyteError('SOURCE_TIMEOUT', message, { interval })
}
