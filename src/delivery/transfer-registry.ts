import { LongTimer } from '../async/long-timer.js'
import { LastbyteError, toError } from '../errors.js'
import { FairScheduler } from './fair-scheduler.js'
import type { Pace, Rates } from './pace.js'
import { StallDetector } from './stall-detector.js'
import {
  type Peer,
  Transfer,
  type TransferOwner,
  type TransferRecord,
  type TransferSubject,
  type TransferTimeouts,
} from './transfer.js'

/** A settled transfer: a {@link Transfer}, or what is known of one that ended in the turn in which it began. */
export interface SettledTransfer {
  readonly peer: Peer
  /** Bytes of the complete body; undefined if they were never known. */
  readonly expected?: number | undefined
}

export type TransferObserver = (record: TransferRecord, settled: SettledTransfer) => void

const WITHOUT_PEER: SettledTransfer = { peer: { shared: false } }

/**
 * The running transfers of one application, and counters of all its transfers.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type TransferRegistry } from 'lastbyte'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * const transfers: TransferRegistry = app.transfers
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const { byteLength } = await (await fetch(`${url}/clip.mp4`)).arrayBuffer()
 * assert.equal(transfers.bytesSent, byteLength)
 * await app.close()
 * ```
 */
export class TransferRegistry {
  /** Body bytes that were sent, including those of running transfers. */
  bytesSent = 0
  /** Source reads that were resumed after a failure, including those of running transfers. */
  heals = 0
  /** Whether the server is closing. */
  draining = false
  /** The limits of bytes a second; undefined for none. */
  rates: Rates | undefined
  readonly #running = new Set<Transfer>()
  /** Whether an observer needs the peers of settled transfers, also of those that `recordCompleted` records. */
  needsPeers = false
  readonly #observers = new Set<TransferObserver>()
  readonly #stalls = new StallDetector(this.#running)
  readonly #scheduler = new FairScheduler()

  constructor(private readonly now: () => number = () => performance.now()) {}

  get running(): ReadonlySet<Transfer> {
    return this.#running
  }

  /** Calls `observe` with each transfer that settles. */
  observe(observe: TransferObserver): void {
    this.#observers.add(observe)
  }

  /** Begins a transfer. `report` is called once when it settles, except as `no-transfer`. */
  begin(
    subject: TransferSubject,
    peer: Peer,
    timeouts: TransferTimeouts,
    report: (record: TransferRecord) => void,
  ): Transfer {
    const pace = this.rates?.begin(peer.client ?? peer.remoteAddress ?? '')
    const owner = new Ownership(this.#scheduler, this.now, pace, report, this.#onSettled)
    const transfer = new Transfer(subject, peer, timeouts, owner)
    this.#running.add(transfer)
    this.#stalls.wake(timeouts)
    return transfer
  }

  /**
   * Records a transfer that ended in the turn of the event loop in which it began.
   *
   * @param settled has its peer if `needsPeers`
   */
  recordCompleted(record: TransferRecord, settled: SettledTransfer = WITHOUT_PEER): void {
    this.bytesSent += record.bytes
    this.#notify(record, settled)
  }

  readonly #onSettled: Ownership['onSettled'] = (record, transfer, report) => {
    this.#running.delete(transfer)
    if (record === undefined) return
    tell(() => report(record))
    this.#notify(record, transfer)
  }

  #notify(record: TransferRecord, settled: SettledTransfer): void {
    for (const observe of this.#observers) tell(() => observe(record, settled))
  }

  countBytes(transfer: Transfer, bytes: number): void {
    transfer.bytes += bytes
    this.bytesSent += bytes
    transfer.pace?.count(bytes)
  }

  countHeal(transfer: Transfer): void {
    transfer.heal()
    this.heals += 1
  }

  /** Marks a transfer as endless, so that a closing server aborts it at once. */
  markOpenEnded(transfer: Transfer): void {
    transfer.openEnded = true
    if (this.draining) transfer.abort(stopping())
  }

  /** Aborts open-ended transfers at once, and all that still run after `grace` ms. */
  drain(grace: number): void {
    this.draining = true
    const cut = (which: (transfer: Transfer) => boolean) => {
      for (const transfer of [...this.#running].filter(which)) transfer.abort(stopping())
    }
    cut(({ openEnded }) => openEnded)
    new LongTimer(() => cut(() => true), grace).unref()
  }
}

/** What one transfer uses of the registry. */
class Ownership implements TransferOwner {
  constructor(
    readonly scheduler: FairScheduler,
    readonly now: () => number,
    readonly pace: Pace | undefined,
    private readonly report: (record: TransferRecord) => void,
    readonly onSettled: (
      record: TransferRecord | undefined,
      transfer: Transfer,
      report: (record: TransferRecord) => void,
    ) => void,
  ) {}

  settled(record: TransferRecord | undefined, transfer: Transfer): void {
    this.onSettled(record, transfer, this.report)
  }
}

/** Calls an observer. One that throws must not end the process, or the transfer. */
function tell(observe: () => void): void {
  try {
    observe()
  } catch (error) {
    process.emitWarning(toError(error))
  }
}

function stopping(): LastbyteError {
  return new LastbyteError('SHUTDOWN', 'Cannot finish the transfer: the server is closing')
}
