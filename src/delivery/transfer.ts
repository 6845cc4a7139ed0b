import { BoundedWait } from '../async/bounded-wait.js'
import type { LastbyteError } from '../errors.js'
import type { FairScheduler, Move } from './fair-scheduler.js'

/** The two ends of a client's connection, by which the kernel's tables identify it. */
export interface Peer {
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  /** Whether other streams share the connection (HTTP/2), so that its activity may be theirs. */
  readonly shared: boolean
}

/** How long each side of a transfer may be inactive. */
export interface TransferTimeouts {
  /** ms in which the client must receive something. */
  readonly stallTimeout: number
  /** ms in which the source must send something. */
  readonly sourceTimeout: number
}

/** The outcome of a transfer, in the log and the metrics. */
export type TransferOutcome =
  | 'complete'
  | 'client-gone'
  | 'stalled'
  | 'source-failed'
  | 'changed'
  | 'cancelled'
  | 'shutdown'
  | 'unauthorized'
  | 'injected'

/** The facts of a transfer when it begins. */
export interface TransferSubject {
  readonly method: string
  /** The path of the request target, percent-encoded, without the query. */
  readonly path: string
  /** The Range field as received. */
  readonly range?: string | undefined
}

/** A settled transfer, in the shape in which it is logged. */
export interface TransferRecord extends TransferSubject {
  readonly status: number
  /** Body bytes that the kernel has accepted. */
  readonly bytes: number
  readonly outcome: TransferOutcome
  /** Source reads that were resumed after a failure, if there were any. */
  readonly heals?: number | undefined
  /** ms from the request to the end of the response. */
  readonly ms: number
  /** The error that ended it early. */
  readonly error?: LastbyteError | undefined
}

/** The side that a transfer waits for: the source to send, the client to receive, or this server. */
export type WaitingFor = 'source' | 'client' | 'server'

/** How a transfer ended. `no-transfer`: the request got an error, a redirect or a listing instead. */
export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: LastbyteError }
  | { readonly kind: 'no-transfer' }

/** The parts of the registry that a transfer uses. */
export interface TransferOwner {
  readonly scheduler: FairScheduler
  /** ms on a monotonic clock. */
  readonly now: () => number
  /** Called once. `record` is absent where there was no transfer to record. */
  settled(record: TransferRecord | undefined): void
}

/** One transfer, from the request to its settlement, and the signal that ends it early. */
export class Transfer {
  status = 0
  bytes = 0
  heals = 0
  waitingFor: WaitingFor = 'source'
  /** Whether the client has received nothing for a while, though not for the whole timeout. */
  stalling = false
  /** Whether it is open-ended, so that a server that closes does not wait for it. */
  openEnded = false
  /** Grows with each activity of the side that is waited for. */
  beats = 0
  readonly #abort = new AbortController()
  /** Created by the first wait: a response that is written in one turn needs none. */
  #wait: BoundedWait | undefined
  readonly #began: number
  #isSettled = false

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
    return this.#abort.signal
  }

  abort(error: LastbyteError): void {
    if (!this.signal.aborted) this.#abort.abort(error)
  }

  /** The outcome of the promise, or the reason of an abort before it. For one promise at a time. */
  until<T>(promise: Promise<T>): Promise<T> {
    this.#wait ??= new BoundedWait(this.signal)
    return this.#wait.for(promise)
  }

  /** The same for an operation with callbacks. It is started even after an abort. */
  during<T>(
    begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  ): Promise<T> {
    this.#wait ??= new BoundedWait(this.signal)
    return this.#wait.forCallback(begin)
  }

  /** Sets the side that the transfer waits for from now on. */
  waitFor(side: WaitingFor): void {
    this.waitingFor = side
    this.beats += 1
  }

  /** Counts a source read that is resumed, which is an activity of the source. */
  heal(): void {
    this.heals += 1
    this.beats += 1
  }

  /** Ends the transfer. Only the first call counts: whatever ends it, it settles exactly once. */
  settle(settlement: Settlement): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.owner.settled(this.#record(settlement))
  }

  /** Runs `move` when it is its turn among the transfers of the application. */
  schedule(move: Move, failed: (error: Error) => void): void {
    this.owner.scheduler.schedule(move, failed)
  }

  #record(settlement: Settlement): TransferRecord | undefined {
    if (settlement.kind === 'no-transfer') return undefined
    const error = settlement.kind === 'failed' ? settlement.error : undefined
    const { status, bytes } = this
    const { method, path, range } = this.subject
    const ms = Math.round(this.owner.now() - this.#began)
    const heals = this.heals || undefined
    return { method, path, range, status, bytes, outcome: outcomeOf(error), heals, ms, error }
  }
}

function outcomeOf(error: LastbyteError | undefined): TransferOutcome {
  switch (error?.code) {
    case undefined:
      return 'complete'
    case 'CLIENT_GONE':
      return 'client-gone'
    case 'CLIENT_STALLED':
      return 'stalled'
    case 'REPRESENTATION_CHANGED':
    case 'FILE_TRUNCATED':
    case 'FILE_REPLACED':
      return 'changed'
    case 'UNAUTHORIZED':
      return 'unauthorized'
    case 'CANCELLED':
      return 'cancelled'
    case 'SHUTDOWN':
      return 'shutdown'
    case 'FAULT_INJECTED':
      return 'injected'
    default:
      return 'source-failed'
  }
}
