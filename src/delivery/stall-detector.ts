import { LastbyteError } from '../errors.js'
import { readSendQueues, type SendQueues, sendQueueOf } from './tcp-send-queue.js'
import type { Transfer, TransferTimeouts } from './transfer.js'

interface Look {
  readonly beats: number
  readonly queue: number | undefined
  /** When the last sign of life was seen. */
  readonly since: number
  /** When the transfer itself last moved. */
  readonly beatAt: number
}

/** Looks that fit in the shorter limit: a stall is found at most a quarter of it late. */
const LOOKS_PER_LIMIT = 4

/** Limits for which a shared connection's signs of life count for a stream that does not move itself. */
const LIMITS_ON_TRUST = 3

/**
 * Cuts transfers whose client takes nothing, or whose source gives nothing, for too long.
 *
 * Slow is not stalled: the system reports room in a full send buffer only after a third of it has
 * drained, which takes a slow client minutes. So a client also counts as alive while the bytes that
 * it has yet to confirm change. One timer looks after all transfers, and runs only while there are any.
 */
export class StallDetector {
  #looks = new Map<Transfer, Look>()
  #timer: NodeJS.Timeout | undefined
  #period = Number.POSITIVE_INFINITY

  constructor(
    private readonly running: ReadonlySet<Transfer>,
    private readonly now: () => number = () => performance.now(),
    private readonly queues: () => Promise<SendQueues> = readSendQueues,
  ) {}

  /** To be called when a transfer with this patience begins. */
  wake({ stallTimeout, sourceTimeout }: TransferTimeouts): void {
    this.#period = Math.min(this.#period, Math.min(stallTimeout, sourceTimeout) / LOOKS_PER_LIMIT)
    this.#timer ??= setTimeout(() => this.#look(), this.#period).unref()
  }

  async #look(): Promise<void> {
    const someWait = [...this.#looks].some(([transfer, { beats }]) => beats === transfer.beats)
    const queues: SendQueues = someWait ? await this.queues() : new Map()
    const looks = new Map<Transfer, Look>()
    for (const transfer of this.running) {
      const look = this.#lookAt(transfer, queues)
      looks.set(transfer, look)
      const waited = this.now() - look.since
      transfer.stalling = transfer.waitingFor === 'client' && waited > this.#period
      const failure = judge(transfer, waited)
      if (failure !== undefined) transfer.abort(failure)
    }
    this.#looks = looks
    this.#timer = undefined
    if (this.running.size > 0) this.#timer = setTimeout(() => this.#look(), this.#period).unref()
  }

  #lookAt(transfer: Transfer, queues: SendQueues): Look {
    const now = this.now()
    const last = this.#looks.get(transfer)
    const { beats, peer, timeouts } = transfer
    if (last?.beats !== beats) return { beats, queue: undefined, since: now, beatAt: now }
    const queue = transfer.waitingFor === 'client' ? sendQueueOf(peer, queues) : undefined
    const moved = last.queue !== undefined && queue !== last.queue
    const trusted = !peer.shared || now - last.beatAt < LIMITS_ON_TRUST * timeouts.stallTimeout
    return { ...last, queue, since: moved && trusted ? now : last.since }
  }
}

/** What to cut a transfer for that has waited so many ms. */
function judge({ waitingFor, timeouts }: Transfer, waited: number): LastbyteError | undefined {
  const { stallTimeout, sourceTimeout } = timeouts
  if (waitingFor === 'client' && waited >= stallTimeout) {
    const message = `Cannot send on: the client took nothing for ${stallTimeout} ms`
    return new LastbyteError('CLIENT_STALLED', message, { stallTimeout })
  }
  if (waitingFor === 'source' && waited >= sourceTimeout) {
    const message = `Cannot read on: the source gave nothing for ${sourceTimeout} ms`
    return new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout })
  }
  return undefined
}
