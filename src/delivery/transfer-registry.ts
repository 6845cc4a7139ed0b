import { LastbyteError } from '../errors.js'
import { FairScheduler } from './fair-scheduler.js'
import { StallDetector } from './stall-detector.js'
import {
  type Peer,
  Transfer,
  type TransferRecord,
  type TransferSubject,
  type TransferTimeouts,
} from './transfer.js'

/** All transfers of one application: what runs, what has run, and an end to both. */
export class TransferRegistry {
  /** Body bytes that were sent, also by transfers that still run. */
  bytesSent = 0
  /** Failures of sources that were healed, also in transfers that still run. */
  heals = 0
  /** Whether no new work should come here, because the server stops. */
  draining = false
  readonly #running = new Set<Transfer>()
  readonly #observers = new Set<(record: TransferRecord) => void>()
  readonly #watch = new StallDetector(this.#running)
  readonly #scheduler = new FairScheduler()

  constructor(private readonly now: () => number = () => performance.now()) {}

  get running(): ReadonlySet<Transfer> {
    return this.#running
  }

  /** Calls `observe` with each transfer that settles. */
  observe(observe: (record: TransferRecord) => void): void {
    this.#observers.add(observe)
  }

  /** @param report called once, when the transfer settles */
  begin(
    subject: TransferSubject,
    peer: Peer,
    timeouts: TransferTimeouts,
    report: (record: TransferRecord) => void,
  ): Transfer {
    const settled = (record: TransferRecord | undefined) => {
      this.#running.delete(transfer)
      if (record === undefined) return
      report(record)
      this.#notify(record)
    }
    const owner = { scheduler: this.#scheduler, now: this.now, settled }
    const transfer: Transfer = new Transfer(subject, peer, timeouts, owner)
    this.#running.add(transfer)
    this.#watch.wake(timeouts)
    return transfer
  }

  /** Tells of a transfer that was over before it could be begun. */
  recordCompleted(record: TransferRecord): void {
    this.bytesSent += record.bytes
    this.#notify(record)
  }

  /** An observer that throws must end neither the transfer nor the process. */
  #notify(record: TransferRecord): void {
    for (const observe of this.#observers) {
      try {
        observe(record)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }

  countBytes(transfer: Transfer, bytes: number): void {
    transfer.bytes += bytes
    this.bytesSent += bytes
  }

  countHeal(transfer: Transfer): void {
    transfer.heal()
    this.heals += 1
  }

  /** Marks a transfer that ends only when somebody ends it: a server that stops does that at once. */
  markOpenEnded(transfer: Transfer): void {
    transfer.openEnded = true
    if (this.draining) transfer.abort(stopping())
  }

  /** From now on nothing is ready; what has no end is cut, and what still runs after `grace` ms. */
  drain(grace: number): void {
    this.draining = true
    const cut = (which: (transfer: Transfer) => boolean) => {
      for (const transfer of [...this.#running].filter(which)) transfer.abort(stopping())
    }
    cut(({ openEnded }) => openEnded)
    setTimeout(() => cut(() => true), grace).unref()
  }
}

function stopping(): LastbyteError {
  return new LastbyteError('SHUTDOWN', 'Cannot finish the transfer: the server stops')
}
