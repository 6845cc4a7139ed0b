import type { WaitLimit } from '../async/bounded-wait.js'
import { LastbyteError } from '../errors.js'

/** How long a source that sends nothing is waited for: SOURCE_TIMEOUT after so many ms. */
export function sourceStallLimit(ms: number): WaitLimit {
  return {
    ms,
    error: () => {
      const message = `Cannot read on: the source sent nothing for ${ms} ms`
      const facts = { stall: ms, proxyError: 'connection_read_timeout' }
      return new LastbyteError('SOURCE_TIMEOUT', message, facts)
    },
  }
}
