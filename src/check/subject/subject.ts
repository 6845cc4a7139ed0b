import { setTimeout as pause } from 'node:timers/promises'
import { parseRetryAfter } from '../../http/retry-after.js'
import { BoundReached, type Budget } from './budget.js'
import type { ChangeFile } from './change.js'
import {
  type Exchange,
  fieldOf,
  type HttpVersion,
  type ProbeRequest,
  type RequestFields,
} from './exchange.js'
import type { Facts } from './facts.js'
import { KnownBytes } from './known-bytes.js'
import type { Following, PairSender } from './pair-sender.js'
import type { Sender, WireRequest } from './sender.js'

/** ms that a server may ask to wait by Retry-After, and how often. */
const LONGEST_WAIT = 30_000
const MOST_WAITS = 3

/** The requests of a run, and how they are sent. */
export interface Line {
  readonly url: URL
  readonly version: HttpVersion
  /** Sent with each request, such as Authorization. Not sent to another origin. */
  readonly fields: RequestFields
  /** The sender for each version. */
  readonly senders: Readonly<Record<HttpVersion, Sender>>
  readonly pairs: PairSender
  readonly budget: Budget
  readonly change: ChangeFile | undefined
  readonly signal: AbortSignal
}

/** The server that is checked: sends requests to it, and knows what it has sent. */
export class Subject {
  readonly known = new KnownBytes()
  readonly #line: Line
  #facts: Facts | undefined
  #whole: Promise<Exchange> | undefined

  constructor(line: Line) {
    this.#line = line
  }

  /** The URL whose response is checked: where it redirects, that of the last response. */
  get url(): URL {
    return this.facts.whole.request.url
  }

  /** The URL that was given. */
  get givenUrl(): URL {
    return this.#line.url
  }

  get version(): HttpVersion {
    return this.#line.version
  }

  get budget(): Budget {
    return this.#line.budget
  }

  get change(): ChangeFile | undefined {
    return this.#line.change
  }

  get signal(): AbortSignal {
    return this.#line.signal
  }

  get facts(): Facts {
    if (this.#facts === undefined) throw new Error('The server has not been surveyed.')
    return this.#facts
  }

  /** Records what the first requests have shown. */
  learn(facts: Facts): void {
    this.#facts = facts
  }

  /** The size of the representation, for checks that need it. */
  get size(): number {
    return this.facts.size ?? 0
  }

  /**
   * Sends a request. A server that is busy and says for how long (RFC 9110 §10.2.3) is asked again.
   *
   * @throws BoundReached; LastbyteError UNREACHABLE, ANSWER_BROKEN or SERVER_STALLED where there is no response
   */
  async send(request: ProbeRequest = {}): Promise<Exchange> {
    for (let waits = 0; ; waits += 1) {
      const exchange = await this.#sendOnce(request)
      const wait = waitOf(exchange)
      if (wait === undefined || wait > LONGEST_WAIT || waits >= MOST_WAITS) return exchange
      await pause(wait, undefined, { signal: this.#line.signal })
    }
  }

  /** Sends a GET for a range, such as `bytes=0-0`, with further fields. */
  sendRange(
    range: string,
    fields: RequestFields = {},
    request: ProbeRequest = {},
  ): Promise<Exchange> {
    return this.send({ ...request, fields: { ...fields, range } })
  }

  /** Sends two requests on a connection of their own, and tells what the server sends after the first response. */
  sendPair(first: ProbeRequest, second: ProbeRequest): Promise<Following> {
    const [one, other] = [this.#prepare(first), this.#prepare(second)]
    return this.#line.pairs.send(one, other)
  }

  /**
   * The response to a GET without Range, with its whole body. It is requested once for all checks.
   *
   * @throws BoundReached where the body is larger than the bound allows
   */
  whole(): Promise<Exchange> {
    const { whole } = this.facts
    if (whole.end === 'complete') return Promise.resolve(whole)
    this.#whole ??= this.#requestWhole()
    return this.#whole
  }

  async #requestWhole(): Promise<Exchange> {
    const { bytesLeft } = this.budget
    if (this.size > bytesLeft) {
      throw new BoundReached(`the whole has ${this.size} bytes; the bound leaves ${bytesLeft}`)
    }
    const whole = await this.send()
    if (whole.status === 200) this.known.add(0, whole.body)
    return whole
  }

  async #sendOnce(request: ProbeRequest): Promise<Exchange> {
    const wire = this.#prepare(request)
    const { budget, senders } = this.#line
    const most = budget.bytesLeft
    const read = Math.min(wire.read, most)
    const exchange = await senders[wire.version].send({ ...wire, read })
    if (exchange.end === 'left' && exchange.body.length === most && wire.read > most) {
      throw new BoundReached(`the bound of ${budget.bound.bytes} bytes is reached`)
    }
    return exchange
  }

  /** Counts a request, and completes it. @throws BoundReached */
  #prepare(request: ProbeRequest): WireRequest {
    const { budget, version: usual, url: given } = this.#line
    const { method = 'GET', read = Number.POSITIVE_INFINITY, connection = 'kept' } = request
    const { version = usual, endpoint, onLeave } = request
    const url = request.url ?? this.#facts?.whole.request.url ?? given
    budget.countRequest()
    const fields = this.#fieldsFor(url, request.fields)
    return { url, method, version, fields, connection, endpoint, onLeave, read }
  }

  #fieldsFor(url: URL, fields: RequestFields = {}): Record<string, string> {
    const { url: given, fields: always } = this.#line
    const isSameOrigin = url.origin === given.origin
    const merged = {
      host: url.host,
      'user-agent': 'lastbyte-check',
      accept: '*/*',
      'accept-encoding': 'identity',
      ...(isSameOrigin ? lowerCase(always) : {}),
      ...lowerCase(fields),
    }
    const entries = Object.entries<string | undefined>(merged)
    return Object.fromEntries(
      entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
  }
}

function lowerCase(fields: RequestFields): RequestFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

/** ms that a busy server asks its client to wait; undefined for other responses. */
function waitOf(exchange: Exchange): number | undefined {
  if (exchange.status !== 429 && exchange.status !== 503) return undefined
  const field = fieldOf(exchange, 'retry-after')
  return parseRetryAfter(field, Date.now())
}
