import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Server } from 'node:net'
import { LONGEST_TIMEOUT } from '../async/long-timer.js'
import type { CountRefusal } from './connection-refusal.js'
import { type IncomingBody, incomingHttp1, incomingHttp2 } from './incoming-body.js'
import { ReceiveCredit } from './receive-credit.js'
import type { UnansweredRequests } from './unanswered-requests.js'

/** Part of the timeout after which it is checked whether it has elapsed. */
const CHECKS_PER_TIMEOUT = 10
/** ms between two checks, at least and at most. */
const SHORTEST_PERIOD = 10
const LONGEST_PERIOD = 1_000

interface Monitored {
  readonly body: IncomingBody
  readonly credit: ReceiveCredit
  received: number
}

/** What the timeouts need of the limits beside them. */
interface RequestContext {
  readonly unanswered: UnansweredRequests
  readonly refused?: CountRefusal
}

/**
 * Ends requests that are not received in time: the header section after a fixed time, the body when less than a rate
 * is received. The time of the response is not limited, as it is by Node's `requestTimeout` while a body is unread.
 */
export class RequestTimeouts {
  readonly #monitored = new Set<Monitored>()
  readonly #period: number
  #timer: NodeJS.Timeout | undefined
  #checkedAt = 0

  /** @param timeout ms. @param rate bytes a second */
  constructor(
    private readonly timeout: number,
    private readonly rate: number,
    private readonly context: RequestContext,
    private readonly now: () => number = () => performance.now(),
  ) {
    const period = timeout / CHECKS_PER_TIMEOUT
    this.#period = Math.min(LONGEST_PERIOD, Math.max(SHORTEST_PERIOD, period))
  }

  watch(server: Server): void {
    // Node checks header sections of HTTP/1.1 itself, with these properties of a server.
    Object.assign(server, {
      headersTimeout: Math.min(LONGEST_TIMEOUT, this.timeout),
      connectionsCheckingInterval: this.#period,
    })
    server.on('request', (request, response) => this.#begin(request, response))
  }

  #begin(
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): void {
    if ('stream' in request) {
      if (request.stream.endAfterHeaders || request.stream.destroyed) return
      this.#monitor(incomingHttp2(request, response as Http2ServerResponse))
      return
    }
    const { headers } = request
    if (!('content-length' in headers || 'transfer-encoding' in headers)) return
    this.#monitor(incomingHttp1(request, response as ServerResponse, this.context.unanswered))
  }

  #monitor(body: IncomingBody): void {
    const credit = new ReceiveCredit(this.timeout, this.rate)
    this.#monitored.add({ body, credit, received: body.received() })
    if (this.#timer !== undefined) return
    this.#checkedAt = this.now()
    this.#timer = setInterval(() => this.#check(), this.#period).unref()
  }

  #check(): void {
    const now = this.now()
    // After a pause of the process the bytes of that time are still in the kernel.
    const elapsed = Math.min(now - this.#checkedAt, 2 * this.#period)
    this.#checkedAt = now
    for (const monitored of this.#monitored) this.#judge(monitored, elapsed)
    if (this.#monitored.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #judge(monitored: Monitored, elapsed: number): void {
    const { body, credit } = monitored
    if (body.isOver()) {
      this.#monitored.delete(monitored)
      return
    }
    const received = body.received()
    const isSpared = body.isSpared()
    credit.spend(isSpared ? 0 : elapsed, received - monitored.received)
    monitored.received = received
    if (!credit.isSpent) return
    this.#monitored.delete(monitored)
    this.context.refused?.('body_timeout')
    body.end()
  }
}
