import type { LastbyteError } from '../errors.js'
import type { FairScheduler, Move } from './fair-scheduler.js'
import type { Pace } from './pace.js'
import { outcomeOf, type TransferOutcome } from './transfer-outcome.js'

/** The two endpoints of a client's connection, which identify it in the kernel's tables. */
export interface Peer {
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  /** The client's address, as a trusted proxy reports it. Default: `remoteAddress`. */
  readonly client?: string | undefined
  /** The protocol of the request, such as `HTTP/1.1`. */
  readonly protocol?: string | undefined
  /** Whether other streams share the connection (HTTP/2), whose activity can't be distinguished. */
  readonly shared: boolean
}

/** How long each side of a transfer may be inactive. */
export interface TransferTimeouts {
  /** Maximum ms in which the client receives nothing. */
  readonly stallTimeout: number
  /** Maximum ms in which the source sends nothing. */
  readonly sourceTimeout: number
}

/** The request of a transfer. */
export interface TransferSubject {
  readonly method: string
  /** The path of the request target, percent-encoded, without the query. */
  readonly path: string
  /** The Range field as received. */
  readonly range?: string | undefined
}

/**
 * A settled transfer, in the shape in which it is logged.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type TransferRecord } from 'lastbyte'
 *
 * const records: TransferRecord[] = []
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * app.transfers.observe((record) => void records.push(record))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * await (await fetch(`${url}/clip.mp4`, { headers: { range: 'bytes=0-9' } })).arrayBuffer()
 * await app.close()
 * assert.deepEqual(
 *   records.map(({ path, status, bytes }) => [path, status, bytes]),
 *   [['/clip.mp4', 206, 10]],
 * )
 * ```
 */
export interface TransferRecord extends TransferSubject {
  readonly status: number
  /** Body bytes that the kernel has accepted. */
  readonly bytes: number
  readonly outcome: TransferOutcome
  /** Source reads that were resumed after a failure; undefined for none. */
  readonly heals?: number | undefined
  /** ms from the request to the end of the response. */
  readonly ms: number
  /** The error that ended the transfer early. */
  readonly error?: LastbyteError | undefined
}

/** The side that a transfer waits for. Waiting for this server is not limited by a timeout. */
export type WaitingFor = 'source' | 'client' | 'server'

/** The end of a transfer. `no-transfer`: an error, a redirect or a listing was sent instead. */
export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: LastbyteError }
  | { readonly kind: 'no-transfer' }

/** The functions of the registry that a transfer uses. */
export interface TransferOwner {
  readonly scheduler: FairScheduler
  /** ms on a monotonic clock. */
  readonly now: () => number
  /** Limits the bytes a second; undefined for no limit. */
  readonly pace?: Pace | undefined
  /** Called once. `record` is undefined for the settlement `no-transfer`. */
  settled(record: TransferRecord | undefined, transfer: Transfer): void
}

/**
 * One transfer, from the request to its settlement, and the signal that ends it early.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type Transfer } from 'lastbyte'
 *
 * let running: readonly Transfer[] = []
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/rows', (_request, reply) =>
 *   reply.ndjson(async function* () {
 *     running = [...app.transfers.running]
 *     yield { n: 1 }
 *   }),
 * )
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * await (await fetch(`${url}/rows`)).text()
 * await app.close()
 * assert.deepEqual(running.map(({ subject }) => subject.path), ['/rows'])
 * ```
 */
export class Transfer {
  status = 0
  bytes = 0
  /** Bytes of the complete body; undefined while they are not known, and for a body without a length. */
  expected: number | undefined
  heals = 0
  waitingFor: WaitingFor = 'source'
  /** Whether the client has received nothing for a while, though not for the whole timeout. */
  stalling = false
  /** Whether the body is endless, so that a closing server does not wait for its end. */
  openEnded = false
  /** Incremented by each activity of the side that the transfer waits for. */
  beats = 0
  #reason: LastbyteError | undefined
  /** Created when the signal is needed: it would be a tenth of the memory of an idle event stream. */
  #abort: AbortController | undefined
  /** Rejects the wait of `until` or `during`. */
  #reject: ((reason: unknown) => void) | undefined
  readonly #began: number
  #settled: { readonly record: TransferRecord | undefined } | undefined
  #listener: ((record: TransferRecord | undefined) => void) | undefined

  constructor(
    readonly subject: TransferSubject,
    readonly peer: Peer,
    readonly timeouts: TransferTimeouts,
    private readonly owner: TransferOwner,
  ) {
    this.#began = owner.now()
  }

  /** Aborted when the transfer must stop. Its reason is a LastbyteError. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#reason !== undefined) this.#abort.abort(this.#reason)
    }
    return this.#abort.signal
  }

  /** Why the transfer must stop, without the memory of a signal; undefined while it may continue. */
  get abortReason(): LastbyteError | undefined {
    return this.#reason
  }

  /** Limits the bytes a second; undefined for no limit. */
  get pace(): Pace | undefined {
    return this.owner.pace
  }

  /** ms since it began. */
  get age(): number {
    return this.owner.now() - this.#began
  }

  abort(error: LastbyteError): void {
    if (this.#reason !== undefined) return
    this.#reason = error
    this.#abort?.abort(error)
    this.#reject?.(error)
  }

  /** Settles as the promise, or rejects with the reason of an earlier abort. One promise at a time. */
  until<T>(promise: Promise<T>): Promise<T> {
    return this.during((resolve, reject) => void promise.then(resolve, reject))
  }

  /** Like `until`, for an operation with callbacks. It is started even after an abort. */
  during<T>(
    begin: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      begin(resolve, reject)
      if (this.#reason !== undefined) reject(this.#reason)
      else this.#reject = reject
    })
  }

  /** Sets the side that the transfer waits for from now on. */
  waitFor(side: WaitingFor): void {
    this.waitingFor = side
    this.beats += 1
  }

  /** Counts a resumed source read, which is an activity of the source. */
  heal(): void {
    this.heals += 1
    this.beats += 1
  }

  /** Ends the transfer. Later calls are ignored, so that it settles exactly once. */
  settle(settlement: Settlement): void {
    if (this.#settled !== undefined) return
    this.pace?.close()
    const record = this.#record(settlement)
    this.#settled = { record }
    this.owner.settled(record, this)
    this.#listener?.(record)
  }

  /** Calls one listener when it has settled, at once if it has; with no record where something else was sent. */
  whenSettled(listener: (record: TransferRecord | undefined) => void): void {
    if (this.#settled === undefined) this.#listener = listener
    else listener(this.#settled.record)
  }

  /** Runs `move` in the order of all moves of the application. */
  schedule(move: Move, failed: (error: Error) => void): void {
    this.owner.scheduler.schedule(move, failed)
  }

  #record(settlement: Settlement): TransferRecord | undefined {
    if (settlement.kind === 'no-transfer') return undefined
    const error = settlement.kind === 'failed' ? settlement.error : undefined
    const { status, bytes } = this
    const { method, path, range } = this.subject
    const ms = Math.round(this.age)
    const heals = this.heals || undefined
    return { method, path, range, status, bytes, outcome: outcomeOf(error), heals, ms, error }
  }
}
