import { LastbyteError } from '../errors.js'
import type { ResponseHead } from '../http/response-head.js'

/** The error of a response after which no other request can succeed. */
export function refusedResponse({ status }: ResponseHead, why: string): LastbyteError {
  return new LastbyteError('REFUSED', `Cannot download: the server responded with ${why}`, {
    status,
  })
}

/** The error of a response after which the same request may succeed. `after`: ms by Retry-After. */
export function transientResponse(
  { status }: ResponseHead,
  after: number | undefined,
): LastbyteError {
  const facts = { status, after }
  return new LastbyteError('ANSWER_BROKEN', `The server responded with status ${status}`, facts)
}
