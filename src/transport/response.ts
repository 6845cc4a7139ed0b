import type { ResponseHead } from '../http/response-head.js'

/** A response whose body has not been read. Its receiver reads the body, or ends it with `return`. */
export interface Answer extends ResponseHead {
  /** Throws where the body ends early. `return` closes the connection unless all has arrived. */
  readonly body: AsyncIterator<Uint8Array>
}
