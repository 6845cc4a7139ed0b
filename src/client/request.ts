import type { WaitLimit } from '../async/bounded-wait.js'
import { attemptWithDeadline } from '../async/with-deadline.js'
import { LastbyteError } from '../errors.js'
import type { Answer } from '../transport/response.js'
import type { ReadPolicy } from './read-policy.js'

/**
 * Sends a GET for the bytes without a content coding, with the caller's fields and `own`. A request
 * without a response in time is aborted.
 *
 * @throws LastbyteError UNREACHABLE, SERVER_STALLED; the signal's reason
 */
export function requestBytes(
  { transport, url, fields, stall, chunks }: ReadPolicy,
  own: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const all = { ...fields, ...own, 'accept-encoding': 'identity' }
  const send = (signal: AbortSignal) => transport({ url, fields: all, chunks, signal })
  return attemptWithDeadline(send, signal, serverStallLimit(stall))
}

/** The limit for a server that sends nothing: SERVER_STALLED after so many ms. */
export function serverStallLimit(ms: number): WaitLimit {
  return {
    ms,
    error: () => {
      const message = `Cannot continue reading: the server sent nothing for ${ms} ms`
      return new LastbyteError('SERVER_STALLED', message, { stall: ms })
    },
  }
}
