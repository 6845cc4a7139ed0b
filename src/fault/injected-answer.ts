import { LastbyteError } from '../errors.js'
import type { EarlyResponse } from './fault.js'

/** Thrown by a fault that stops the body of a request. The response is sent at once. */
export class InjectedAnswer extends LastbyteError {
  /**
   * @param rest what happens to the rest of the request body: the connection closes after the response (on HTTP/2
   *   the stream is reset with NO_ERROR), or it is read and discarded, so that the connection can be used again
   */
  constructor(
    readonly response: EarlyResponse,
    readonly rest: 'closed' | 'discarded',
  ) {
    super('FAULT_INJECTED', 'Cannot continue receiving: a fault ends the request body', {})
  }
}
