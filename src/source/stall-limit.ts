import type { WaitLimit } from '../async/bounded-wait.js'
import { LastbyteError } from '../errors.js'

/** The limit for a source that sends nothing: SOURCE_TIMEOUT after so many ms. */
export function sourceStallLimit(ms: number): WaitLimit {
  return {
    ms,
    error: () => {
      const message = `Cannot continue reading: the source sent nothing for ${ms} ms`
      const facts = { stall: ms, proxyError: 'connection_read_timeout' }
      return new LastbyteError('SOURCE_TIMEOUT', message, facts)
    },
  }
}
