import { BoundReached, type Budget, WholeTooLarge } from './budget.js'
import type { ChangeFile } from './change.js'
import type { Exchange, HttpVersion, ProbeRequest, RequestFields } from './exchange.js'
import type { Facts } from './facts.js'
import { KnownBytes } from './known-bytes.js'
import type { Following, PairSender } from './pair-sender.js'
import { Patience } from './patience.js'
import type { Sender, WireRequest } from './sender.js'
import { receivedOf, Silences } from './silences.js'

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
  readonly #silences = new Silences()
  #facts: Facts | undefined
  #whole: Promise<Exchange> | undefined
  readonly #patience: Patience

  constructor(line: Line) {
    this.#line = line
    this.#patience = new Patience(line.signal)
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
   * Sends a request. A server that is busy is asked again after Retry-After (RFC 9110 §10.2.3), or a second.
   *
   * @throws BoundReached; LastbyteError UNREACHABLE, ANSWER_BROKEN or SERVER_STALLED where there is no response
   */
  send(request: ProbeRequest = {}): Promise<Exchange> {
    return this.#patience.ask(
      () => this.#sendOnce(request),
      (exchange) => [exchange],
    )
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
    const send = () => {
      const [one, other] = [this.#prepare(first), this.#prepare(second)]
      return this.#silences.guard(
        () => this.#line.pairs.send(one, other),
        () => 'fields',
      )
    }
    return this.#patience.ask(send, (following) => {
      if (following.kind === 'none') return []
      return following.kind === 'stray' ? [following.first] : [following.first, following.second]
    })
  }

  /**
   * The response to a GET without Range, with its whole body. It is requested once for all checks.
   *
   * @throws WholeTooLarge where the body is larger than the bound allows
   */
  whole(): Promise<Exchange> {
    const { whole } = this.facts
    if (whole.end === 'complete') return Promise.resolve(whole)
    this.#whole ??= this.#requestWhole()
    return this.#whole
  }

  async #requestWhole(): Promise<Exchange> {
    const { bytesLeft } = this.budget
    const { size } = this.facts
    if (size === undefined) throw new WholeTooLarge('the size of the whole is unknown')
    if (size > bytesLeft) {
      throw new WholeTooLarge(`the whole has ${size} bytes; the bound leaves ${bytesLeft}`)
    }
    const whole = await this.send()
    if (whole.status === 200) this.known.add(0, whole.body)
    return whole
  }

  /**
   * Sends a request once, also where those before it were left without a response.
   *
   * @throws BoundReached; LastbyteError UNREACHABLE, ANSWER_BROKEN or SERVER_STALLED where there is no response
   */
  sendAnyway(request: ProbeRequest): Promise<Exchange> {
    return this.#sendOnce(request, (send) => send())
  }

  async #sendOnce(
    request: ProbeRequest,
    guard = (send: () => Promise<Exchange>) => this.#silences.guard(send, receivedOf),
  ): Promise<Exchange> {
    const wire = this.#prepare(request)
    const { budget, senders } = this.#line
    const most = budget.bytesLeft
    const read = Math.min(wire.read, most)
    const send = () => senders[wire.version].send({ ...wire, read })
    // Through an endpoint of a check, silence may be wanted.
    const isGuarded = wire.endpoint === undefined
    const exchange = await (isGuarded ? guard(send) : send())
    // An abort during a body ends it, too.
    this.#line.signal.throwIfAborted()
    if (exchange.end === 'left' && exchange.body.length === most && wire.read > most) {
      throw new BoundReached(`the bound of ${budget.bound.bytes} bytes is reached`)
    }
    return exchange
  }

  /** Counts a request, and completes it. @throws BoundReached */
  #prepare(request: ProbeRequest): WireRequest {
    const { budget, version: usual, url: given, fields: always } = this.#line
    const { method = 'GET', read = Number.POSITIVE_INFINITY, connection = 'kept' } = request
    const { version = usual, endpoint, onLeave, midway, readIfLonger } = request
    const url = request.url ?? this.#facts?.whole.request.url ?? given
    budget.countRequest()
    const fields = this.#fieldsFor(url, request.fields)
    const reading = { onLeave, midway, readIfLonger, read }
    const first = { url: given, fields: defined(lowerCase(always)) }
    return { url, method, version, fields, connection, endpoint, given: first, ...reading }
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
    return defined(merged)
  }
}

function defined(fields: RequestFields): Record<string, string> {
  const entries = Object.entries(fields)
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function lowerCase(fields: RequestFields): RequestFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
