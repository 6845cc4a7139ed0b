import { setTimeout as pause } from 'node:timers/promises'
import { parseRetryAfter } from '../../http/retry-after.js'
import { printableText } from '../../printable-text.js'
import { BoundReached } from './budget.js'
import { type Exchange, fieldOf } from './exchange.js'

/** ms that a server may ask to wait by Retry-After, and how often. */
const LONGEST_WAIT = 30_000
const MOST_WAITS = 3
/** ms that are waited for a server that doesn't say how long. */
const USUAL_WAIT = 1000
/** ms that a run waits altogether for a server that is busy. */
const LONGEST_WAITS = 120_000
/** Requests in a row that a server without Retry-After has refused, after which no further one is sent. */
const MOST_REFUSALS = 3

/** The server is busy for longer than a run waits. */
export class ServerBusy extends BoundReached {
  readonly exchange: Exchange
  /** Such as `status 429 with Retry-After: 60`. */
  readonly received: string

  constructor(exchange: Exchange) {
    const field = fieldOf(exchange, 'retry-after')
    const until =
      field === undefined ? '' : ` with Retry-After: ${printableText(field.slice(0, 40))}`
    const received = `status ${exchange.status}${until}`
    super(`the server is busy: ${received}`)
    this.exchange = exchange
    this.received = received
  }
}

/** Waits for a server that is busy, and gives it up. Its responses show nothing but that it is. */
export class Patience {
  readonly #signal: AbortSignal
  #waited = 0
  #refusals = 0
  /** The response after which no further request is sent; undefined while they are. */
  #busyWith: Exchange | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /**
   * Sends requests, and sends them again where the server is busy: after Retry-After (RFC 9110 §10.2.3), or a second.
   *
   * @throws ServerBusy where it is for too long
   */
  async ask<T>(
    send: () => Promise<T>,
    exchangesOf: (answer: T) => readonly Exchange[],
  ): Promise<T> {
    for (let waits = 0; ; waits += 1) {
      if (this.#busyWith !== undefined) throw new ServerBusy(this.#busyWith)
      const answer = await send()
      const busy = exchangesOf(answer).find(isBusy)
      if (busy === undefined) {
        this.#refusals = 0
        return answer
      }
      const wait = parseRetryAfter(fieldOf(busy, 'retry-after'), Date.now()) ?? USUAL_WAIT
      const isTooLong = wait > LONGEST_WAIT || this.#waited + wait > LONGEST_WAITS
      if (isTooLong || waits >= MOST_WAITS) throw this.#giveUp(busy)
      this.#waited += wait
      await pause(wait, undefined, { signal: this.#signal })
    }
  }

  /** No further request is sent to a server that asks to wait, nor to one that refuses several in a row. */
  #giveUp(busy: Exchange): ServerBusy {
    this.#refusals += 1
    const isTold = fieldOf(busy, 'retry-after') !== undefined
    if (isTold || this.#refusals >= MOST_REFUSALS) this.#busyWith = busy
    return new ServerBusy(busy)
  }
}

function isBusy({ status }: Pick<Exchange, 'status'>): boolean {
  return status === 429 || status === 503
}
