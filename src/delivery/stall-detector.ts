import { LONGEST_TIMEOUT } from '../async/long-timer.js'
import { LastbyteError } from '../errors.js'
import { observeQueue, type QueueState, UNOBSERVED } from './queue-activity.js'
import { readSendQueues, type SendQueues, sendQueueOf } from './tcp-send-queue.js'
import type { Transfer, TransferTimeouts } from './transfer.js'

/** The result of one check of a transfer. */
interface Observation {
  readonly beats: number
  readonly state: QueueState
  /** When the side that the transfer waits for was last active; ms. */
  readonly activeAt: number
  /** When the transfer last made progress; ms. */
  readonly beatAt: number
}

/** Checks in the shorter timeout: a stall is detected at most a quarter of it late. */
const CHECKS_PER_TIMEOUT = 4

/**
 * Number of timeouts after which activity of a shared connection no longer counts for a stream without
 * progress, whose own bytes have left the queue.
 */
const TRUSTED_TIMEOUTS = 3

/**
 * Aborts transfers whose client receives nothing, or whose source sends nothing, for the whole timeout.
 *
 * A slow client is not stalled: the kernel reports room in a full send buffer only after a third of it has
 * drained, which can take minutes. So a client also counts as active while its unacknowledged bytes
 * change. One timer checks all transfers, and runs only while there are any.
 */
export class StallDetector {
  #observations = new Map<Transfer, Observation>()
  #timer: NodeJS.Timeout | undefined
  #period = LONGEST_TIMEOUT

  constructor(
    private readonly running: ReadonlySet<Transfer>,
    private readonly now: () => number = () => performance.now(),
    private readonly queues: () => Promise<SendQueues> = readSendQueues,
  ) {}

  /** Starts the timer. Must be called when a transfer with these timeouts begins. */
  wake({ stallTimeout, sourceTimeout }: TransferTimeouts): void {
    this.#period = Math.min(
      this.#period,
      Math.min(stallTimeout, sourceTimeout) / CHECKS_PER_TIMEOUT,
    )
    this.#timer ??= setTimeout(() => this.#check(), this.#period).unref()
  }

  async #check(): Promise<void> {
    const queues: SendQueues = this.#isAnyClientQuiet() ? await this.queues() : new Map()
    const observations = new Map<Transfer, Observation>()
    for (const transfer of this.running) {
      const observation = this.#observe(transfer, queues)
      observations.set(transfer, observation)
      const waited = this.now() - observation.activeAt
      transfer.stalling = transfer.waitingFor === 'client' && waited > this.#period
      const failure = timeoutError(transfer, waited)
      if (failure !== undefined) transfer.abort(failure)
    }
    this.#observations = observations
    this.#timer = undefined
    if (this.running.size > 0) this.#timer = setTimeout(() => this.#check(), this.#period).unref()
  }

  /** Only then the queues are needed: reading those of 10,000 idle event streams takes longer than all other checks. */
  #isAnyClientQuiet(): boolean {
    for (const [transfer, { beats }] of this.#observations) {
      if (transfer.waitingFor === 'client' && beats === transfer.beats) return true
    }
    return false
  }

  #observe(transfer: Transfer, queues: SendQueues): Observation {
    const now = this.now()
    const last = this.#observations.get(transfer)
    const { beats, peer, timeouts } = transfer
    if (last?.beats !== beats) return { beats, state: UNOBSERVED, activeAt: now, beatAt: now }
    const queue = transfer.waitingFor === 'client' ? sendQueueOf(peer, queues) : undefined
    const { state, change } = observeQueue(last.state, queue)
    const trusted = !peer.shared || now - last.beatAt < TRUSTED_TIMEOUTS * timeouts.stallTimeout
    const isActive = change === 'backlog' || (change === 'other' && trusted)
    return { ...last, state, activeAt: isActive ? now : last.activeAt }
  }
}

/**
 * The error that cuts a transfer after `waited` ms without activity; undefined if that is within its
 * timeout.
 */
function timeoutError(
  { waitingFor, timeouts }: Transfer,
  waited: number,
): LastbyteError | undefined {
  const { stallTimeout, sourceTimeout } = timeouts
  if (waitingFor === 'client' && waited >= stallTimeout) {
    const message = `Cannot continue sending: the client received nothing for ${stallTimeout} ms`
    return new LastbyteError('CLIENT_STALLED', message, { stallTimeout })
  }
  if (waitingFor === 'source' && waited >= sourceTimeout) {
    const message = `Cannot continue reading: the source sent nothing for ${sourceTimeout} ms`
    return new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout })
  }
  return undefined
}
