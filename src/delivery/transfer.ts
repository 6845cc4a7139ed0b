import { BoundedWait } from '../async/bounded-wait.js'
import type { LastbyteError } from '../errors.js'
import type { FairScheduler, Move } from './fair-scheduler.js'

/** The two ends of a client's connection, by which the system's tables name it. */
export interface Peer {
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  /** Whether other streams share the connection (HTTP/2), so that its signs of life may be theirs. */
  readonly shared: boolean
}

/** How long whoever a transfer waits for may do nothing. */
export interface TransferTimeouts {
  /** ms in which the client must take something. */
  readonly stallTimeout: number
  /** ms in which the source must give something. */
  readonly sourceTimeout: number
}

/** How a transfer went, for the log and the counters. */
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

/** What is known when a transfer begins. */
export interface TransferSubject {
  readonly method: string
  /** Of the request target, still encoded, without its query. */
  readonly path: string
  /** The Range field as it came. */
  readonly range?: string | undefined
}

/** A settled transfer, in the shape in which it is logged. */
export interface TransferRecord extends TransferSubject {
  readonly status: number
  /** Body bytes that the system has taken for the client. */
  readonly bytes: number
  readonly outcome: TransferOutcome
  /** Failures of the source that were healed, if there were any. */
  readonly heals?: number | undefined
  /** From the request's arrival to the end of the answer. */
  readonly ms: number
  /** What ended it early. */
  readonly error?: LastbyteError | undefined
}

/** Whom a transfer waits for: its source to give, its client to take, or our own work to be done. */
export type WaitingFor = 'source' | 'client' | 'server'

/** How a transfer ended. `no-transfer`: the request got an error, a redirect or a listing instead. */
export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: LastbyteError }
  | { readonly kind: 'no-transfer' }

/** What a transfer needs of the registry that began it. */
export interface TransferOwner {
  readonly scheduler: FairScheduler
  /** ms on a monotonic clock. */
  readonly now: () => number
  /** Called once. `record` is absent where there was no transfer to record. */
  settled(record: TransferRecord | undefined): void
}

/** The record of one delivery from the request's arrival on, and the switch that ends it early. */
export class Transfer {
  status = 0
  bytes = 0
  heals = 0
  waitingFor: WaitingFor = 'source'
  /** Whether the client has taken nothing for a while, though not yet for too long. */
  stalling = false
  /** Whether it ends only when somebody ends it, so that a server that stops need not wait. */
  openEnded = false
  /** Grows with each sign of life from whoever is waited for. */
  beats = 0
  readonly #abort = new AbortController()
  /** Made at the first wait: what is written in one turn needs none. */
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

  /** Aborted when the transfer must stop, for a LastbyteError that says why. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  abort(error: LastbyteError): void {
    if (!this.signal.aborted) this.#abort.abort(error)
  }

  /** The promise's outcome, or the error of an abort if that comes first. For one promise at a time. */
  until<T>(promise: Promise<T>): Promise<T> {
    this.#wait ??= new BoundedWait(this.signal)
    return this.#wait.for(promise)
  }

  /** The same for what calls back. It is begun even where the transfer is to stop already. */
  during<T>(
    begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  ): Promise<T> {
    this.#wait ??= new BoundedWait(this.signal)
    return this.#wait.forCallback(begin)
  }

  waitFor(whom: WaitingFor): void {
    this.waitingFor = whom
    this.beats += 1
  }

  /** The source has failed and tries again, which is a sign of life. */
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
