import { randomBytes } from 'node:crypto'
import type { Peer, Transfer, TransferRecord } from '../../delivery/transfer.js'
import type { SettledTransfer, TransferRegistry } from '../../delivery/transfer-registry.js'
import { LastbyteError } from '../../errors.js'
import type { FinishedTransfer, RunningTransfer } from '../../pages/transfer-snapshot.js'
import { RateSamples } from './rate-history.js'
import type { BoardReport, Position } from './transfer-report.js'

/** Running transfers of one process that are shown. */
const MOST_RUNNING = 1000
/** Finished transfers that are kept. */
const MOST_FINISHED = 200
/** ms between two samples of the rates. */
const PERIOD = 1000
/** Seconds over which the rate of a transfer is averaged. */
const AVERAGED = 3

interface Sample {
  readonly bytes: number
  /** Bytes a second. */
  readonly rate: number
}

/** The clock of a board, in ms: since the epoch, and monotonic. */
export interface BoardClock {
  readonly date: () => number
  readonly now: () => number
}

const CLOCK: BoardClock = { date: Date.now, now: () => performance.now() }

/**
 * The transfers of one process for people who watch them: those that run with their rates, the last ones that have
 * ended, and the rate of all. It costs one timer a second and one small object for each transfer that ends. Close it
 * with the application.
 */
export class TransferBoard {
  /** Ids of an earlier process, or of another one, name nothing here. */
  readonly #session = randomBytes(6).toString('hex')
  readonly #ids = new WeakMap<SettledTransfer, string>()
  readonly #samples = new WeakMap<Transfer, Sample>()
  readonly #finished: FinishedTransfer[] = []
  readonly #history: RateSamples
  readonly #timer: NodeJS.Timeout
  #lastId = 0
  #ended = 0
  #sampledAt: number

  constructor(
    private readonly transfers: TransferRegistry,
    private readonly clock: BoardClock = CLOCK,
  ) {
    transfers.needsPeers = true
    transfers.observe((record, settled) => this.#finish(record, settled))
    this.#history = new RateSamples(this.#second, transfers.bytesSent)
    this.#sampledAt = clock.now()
    this.#timer = setInterval(() => this.sample(), PERIOD).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Samples the rates; called by a timer. */
  sample(): void {
    const now = this.clock.now()
    const seconds = (now - this.#sampledAt) / 1000
    if (seconds <= 0) return
    this.#sampledAt = now
    this.#history.sample(this.#second, this.transfers.bytesSent)
    const weight = 1 - Math.exp(-seconds / AVERAGED)
    for (const transfer of this.transfers.running) {
      const { bytes } = transfer
      const last = this.#samples.get(transfer)
      const current = last === undefined ? rateSoFar(transfer) : (bytes - last.bytes) / seconds
      const rate = last === undefined ? current : last.rate + (current - last.rate) * weight
      this.#samples.set(transfer, { bytes, rate })
    }
  }

  /** The state, with what has happened since a position. */
  report({ ended, second }: Position): BoardReport {
    const running = [...this.transfers.running]
    const missed = this.#ended - (ended[this.#session] ?? 0)
    const recent = Math.max(0, Math.min(this.#finished.length, missed))
    return {
      session: this.#session,
      ended: this.#ended,
      running: running.slice(0, MOST_RUNNING).map((transfer) => this.#show(transfer)),
      finished: this.#finished.slice(this.#finished.length - recent),
      totals: {
        running: running.length,
        stalled: running.filter(({ stalling }) => stalling).length,
        rate: Math.round(running.reduce((sum, transfer) => sum + this.#rateOf(transfer), 0)),
        bytes: this.transfers.bytesSent,
        heals: this.transfers.heals,
      },
      history: this.#history.since(second),
    }
  }

  /** Ends a running transfer: its response ends short. Returns whether the id names one. */
  kill(id: string): boolean {
    if (!id.startsWith(this.#session)) return false
    for (const transfer of this.transfers.running) {
      if (this.#ids.get(transfer) !== id) continue
      transfer.abort(
        new LastbyteError('KILLED', 'Cannot continue sending: the transfer was ended by its id', {
          id,
        }),
      )
      return true
    }
    return false
  }

  get #second(): number {
    return Math.floor(this.clock.date() / 1000)
  }

  #idOf(transfer: SettledTransfer): string {
    const known = this.#ids.get(transfer)
    if (known !== undefined) return known
    this.#lastId += 1
    const id = `${this.#session}-${this.#lastId}`
    this.#ids.set(transfer, id)
    return id
  }

  #rateOf(transfer: Transfer): number {
    return this.#samples.get(transfer)?.rate ?? rateSoFar(transfer)
  }

  #show(transfer: Transfer): RunningTransfer {
    const { subject, status, bytes, expected, heals, age, waitingFor, stalling } = transfer
    return {
      ...sourceOf(this.#idOf(transfer), subject, transfer.peer),
      status,
      bytes,
      ...(expected !== undefined && { expected }),
      heals,
      ms: Math.round(age),
      rate: Math.round(this.#rateOf(transfer)),
      waitingFor,
      stalling,
    }
  }

  #finish(record: TransferRecord, settled: SettledTransfer): void {
    const { status, bytes, heals = 0, ms, outcome, error } = record
    const { expected } = settled
    this.#ended += 1
    this.#finished.push({
      ...sourceOf(this.#idOf(settled), record, settled.peer),
      status,
      bytes,
      ...(expected !== undefined && { expected }),
      heals,
      ms,
      outcome,
      ended: new Date(this.clock.date()).toISOString(),
      ...(error !== undefined && { reason: error.message }),
    })
    if (this.#finished.length > MOST_FINISHED) this.#finished.shift()
  }
}

/** Whence a transfer comes, and for what. */
function sourceOf(
  id: string,
  { method, path, range }: Pick<TransferRecord, 'method' | 'path' | 'range'>,
  { client, remoteAddress, protocol }: Peer,
) {
  const address = client ?? remoteAddress
  return {
    id,
    method,
    path,
    ...(range !== undefined && { range }),
    ...(address !== undefined && { client: address }),
    ...(protocol !== undefined && { protocol }),
  }
}

/** Bytes a second since its beginning. The kernel takes the first bytes at once, so a second counts at least. */
function rateSoFar({ bytes, age }: Transfer): number {
  return bytes / Math.max(1, age / 1000)
}
