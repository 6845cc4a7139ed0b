import type { Check } from '../subject/check-definition.js'
import { CUTS, type Cut, CutRelay } from '../subject/cut-relay.js'
import { type Exchange, fieldOf, type RequestFields } from '../subject/exchange.js'
import { type Finding, failed, PASSED, skipped } from '../subject/finding.js'
import { judgeBytes, judgeRange } from '../subject/judge-slice.js'
import type { Subject } from '../subject/subject.js'
import { CLIENTS, type ClientManner } from './client-manner.js'

/** Bytes that are read before a cut, and after it. */
const WINDOW = 4096
/** Header section, what is read of the body, and what is in flight when it is left. */
const REQUEST = 1024 + WINDOW + 3 * WINDOW
/** Requests of one client: the first one, and for each cut one before it, one after it, and one to compare with. */
const REQUESTS = 2 + 4 * 3

/**
 * A check that a client can continue a download after its connection was cut: after the first byte, after 64 KiB, in the
 * middle and before the last byte. A cut behind the first window is one that follows others: the client has the bytes
 * before, and its request continues them. FIN, RST and stall take turns, so that each client and each position gets all.
 */
export function resumeDrill(
  id: string,
  manner: ClientManner,
  { resumesBy, harm }: { readonly resumesBy: string; readonly harm: string },
): Check {
  const { client } = manner
  return {
    id,
    group: 'drills',
    requirement: `A download by ${client} continues after a cut at its first byte, at 64 KiB, in its middle and before its last byte: ${client} ${resumesBy}.`,
    section: 'RFC 9110 §14.2',
    strength: 'SHOULD',
    level: 'resumes',
    harm,
    needs: ['ranges', 'size', 'bytes'],
    cost: { requests: REQUESTS, bytes: REQUESTS * REQUEST },
    async run(subject) {
      await using relay = await CutRelay.start(subject.url)
      return await new Drill(subject, manner, relay).run()
    },
  }
}

/** The offsets at which the connection is cut: bytes that the client has. */
export function cutOffsets(size: number): number[] {
  const offsets = [1, 64 * 1024, Math.floor(size / 2), size - 1]
  return offsets.filter((offset, at) => offset < size && offsets.indexOf(offset) === at)
}

/** How a client is cut at its n-th offset. */
export function cutOf(client: ClientManner['client'], at: number): Cut {
  return CUTS[(CLIENTS.indexOf(client) + at) % CUTS.length] as Cut
}

class Drill {
  readonly #subject: Subject
  readonly #manner: ClientManner
  readonly #relay: CutRelay

  constructor(subject: Subject, manner: ClientManner, relay: CutRelay) {
    this.#subject = subject
    this.#manner = manner
    this.#relay = relay
  }

  async run(): Promise<Finding> {
    const { size } = this.#subject
    const { probe, client } = this.#manner
    if (probe !== undefined) {
      const exchange = await this.#send(probe, 2, 'fin')
      const failure = this.#judge(exchange, { start: 0, end: 2 }, 2)
      if (failure !== undefined) return failure
    }
    const fields = this.#manner.first(size)
    const first = await this.#send(fields, 1, cutOf(client, 0))
    const finding = this.#judgeFirst(first, fields)
    if (finding !== undefined) return finding
    for (const [at, offset] of cutOffsets(size).entries()) {
      const finding = await this.#continueAt(offset, cutOf(client, at), first)
      if (finding !== undefined) return finding
    }
    return PASSED
  }

  /** The finding that ends the drill before a byte is continued. */
  #judgeFirst(first: Exchange, fields: RequestFields): Finding | undefined {
    const { client } = this.#manner
    // A first range is of the whole, which a server may send as a 200 (RFC 9110 §14.2).
    const isAllowed = first.status === 200 || (fields.range !== undefined && first.status === 206)
    if (!isAllowed) {
      const expected = fields.range === undefined ? '200' : '206 or 200'
      return failed(first, `${expected} for the first request`, `${first.status}`)
    }
    const coding = fieldOf(first, 'content-encoding')
    if (coding === undefined) return failureOf(judgeBytes(this.#subject, first, 0))
    return skipped(
      `the response to ${client} has the coding ${coding}, whose bytes are not those of the file`,
    )
  }

  /** Cuts a transfer that has received `offset` bytes, and continues it. */
  async #continueAt(offset: number, cut: Cut, first: Exchange): Promise<Finding | undefined> {
    const { size } = this.#subject
    const start = Math.max(1, offset - WINDOW)
    const end = Math.min(size, offset + WINDOW)
    await this.#readAgain(start, end)
    if (start < offset) {
      const fields = this.#manner.resume({ offset: start, size, first })
      if (typeof fields === 'string') return skipped(fields)
      const before = await this.#send(fields, offset - start, cut)
      const failure = this.#judge(before, { start, end: size }, offset - start)
      if (failure !== undefined) return failure
    }
    const fields = this.#manner.resume({ offset, size, first })
    if (typeof fields === 'string') return skipped(fields)
    const after = await this.#send(fields, end - offset, 'fin')
    return this.#judge(after, { start: offset, end: size }, end - offset)
  }

  /** Receives the bytes around a cut by one request, as those to compare with, unless they are known. */
  async #readAgain(start: number, end: number): Promise<void> {
    const { known } = this.#subject
    if (known.slice(start, end) !== undefined) return
    const exchange = await this.#subject.sendRange(
      `bytes=${start}-${end - 1}`,
      {},
      { read: end - start },
    )
    const isRight = judgeRange(this.#subject, exchange, { start, end }) === undefined
    // Where it isn't, the checks of ranges fail.
    if (isRight) judgeBytes(this.#subject, exchange, start)
  }

  #judge(
    exchange: Exchange,
    slice: { readonly start: number; readonly end: number },
    wanted: number,
  ): Finding | undefined {
    const failure = judgeRange(this.#subject, exchange, slice)
    if (failure !== undefined) {
      if (exchange.status !== 200) return failure
      return { ...failure, received: `200, so that ${this.#manner.client} starts over` }
    }
    if (exchange.body.length < wanted) {
      const received = `${exchange.body.length} bytes, end: ${exchange.end}`
      return failed(exchange, `at least ${wanted} bytes from ${slice.start} on`, received)
    }
    return failureOf(judgeBytes(this.#subject, exchange, slice.start))
  }

  #send(fields: RequestFields, read: number, cut: Cut): Promise<Exchange> {
    return this.#subject.send({
      fields,
      read,
      connection: 'new',
      endpoint: this.#relay.endpoint,
      onLeave: () => this.#relay.cut(cut),
    })
  }
}

function failureOf(finding: Finding): Finding | undefined {
  return finding.kind === 'failed' ? finding : undefined
}
