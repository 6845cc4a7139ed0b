import type { LastbyteError } from '../errors.js'

/** How a transfer went, for the log and the counters. */
export type Outcome =
  | 'complete'
  | 'client-gone'
  | 'stalled'
  | 'source-failed'
  | 'changed'
  | 'cancelled'
  | 'shutdown'

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
  readonly outcome: Outcome
  /** From the request's arrival to the end of the answer. */
  readonly ms: number
  /** What ended it early. */
  readonly error?: LastbyteError | undefined
}

/** Whom a transfer waits for: its source to give, its client to take, or our own work to be done. */
export type Waiting = 'source' | 'client' | 'ourselves'

/** The record of one delivery from the request's arrival on, and the switch that ends it early. */
export class Transfer {
  status = 0
  bytes = 0
  waitingFor: Waiting = 'source'
  /** Whether the client has taken nothing for a while, though not yet for too long. */
  stalling = false
  /** Grows with each sign of life from whoever is waited for. */
  beats = 0
  readonly #abort = new AbortController()
  readonly #began: number

  constructor(
    readonly subject: TransferSubject,
    private readonly now: () => number,
    private readonly report: (record: TransferRecord) => void,
  ) {
    this.#began = now()
  }

  /** Aborted when the transfer must stop, for a LastbyteError that says why. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  abort(error: LastbyteError): void {
    this.#abort.abort(error)
  }

  waitFor(whom: Waiting): void {
    this.waitingFor = whom
    this.beats += 1
  }

  /** Ends the record. `error`: what cut it short, or undefined if it is whole. */
  settle(error?: LastbyteError): void {
    const { subject, status, bytes } = this
    const ms = Math.round(this.now() - this.#began)
    this.report({ ...subject, status, bytes, outcome: outcomeOf(error), ms, error })
  }
}

function outcomeOf(error: LastbyteError | undefined): Outcome {
  switch (error?.code) {
    case undefined:
      return 'complete'
    case 'CLIENT_GONE':
      return 'client-gone'
    case 'CLIENT_STALLED':
      return 'stalled'
    case 'REPRESENTATION_CHANGED':
      return 'changed'
    case 'CANCELLED':
      return 'cancelled'
    case 'SHUTDOWN':
      return 'shutdown'
    default:
      return 'source-failed'
  }
}
