import type { ResponseHead } from '../resume/judge-response.js'

/** An answer whose body has not been read. Whoever gets it reads it, or ends it. */
export interface Answer extends ResponseHead {
  /** Ends with an error where the body breaks off. `return` lets go of the connection. */
  readonly body: AsyncIterator<Uint8Array>
}

/** Lets go of a body in its own time. */
export function releaseBody(body: AsyncIterator<Uint8Array> | undefined): void {
  body?.return?.()?.catch(() => {})
}
