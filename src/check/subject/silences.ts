import { LastbyteError } from '../../errors.js'
import { BoundReached } from './budget.js'
import type { Exchange } from './exchange.js'

/**
 * Requests in a row without a response, or with one that stalls, after which no further one is sent; also bodies in a
 * row that stall, whatever responses without a body, such as those to HEAD, come between them.
 */
const MOST_SILENCES = 3

/** How much of a response came: `fields` is one without a byte of a body. */
export type Received = 'stalled' | 'fields' | 'body'

/** What of a response was received. */
export function receivedOf({ end, body }: Exchange): Received {
  if (end === 'stalled') return 'stalled'
  return body.length === 0 ? 'fields' : 'body'
}

/** Gives up a server that is silent again and again. */
export class Silences {
  #unanswered = 0
  #stalled = 0

  /**
   * Sends a request, unless the ones before show that the server is silent.
   *
   * @throws BoundReached; what `send` rejects with
   */
  async guard<T>(send: () => Promise<T>, receivedOf: (answer: T) => Received): Promise<T> {
    if (this.#unanswered >= MOST_SILENCES) {
      throw new BoundReached(`the server left ${MOST_SILENCES} requests in a row unanswered`)
    }
    if (this.#stalled >= MOST_SILENCES) {
      throw new BoundReached(`${MOST_SILENCES} bodies in a row stalled`)
    }
    this.#unanswered += 1
    try {
      const answer = await send()
      this.#count(receivedOf(answer))
      return answer
    } catch (error) {
      if (error instanceof LastbyteError && error.code === 'ANSWER_BROKEN') this.#unanswered = 0
      throw error
    }
  }

  #count(received: Received): void {
    if (received === 'stalled') this.#stalled += 1
    else this.#unanswered = 0
    if (received === 'body') this.#stalled = 0
  }
}
