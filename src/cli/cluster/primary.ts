import cluster, { type Worker } from 'node:cluster'
import type { Logger } from 'pino'
import { LastbyteError } from '../../errors.js'
import { newLogger } from '../logger.js'
import type { Environment } from '../settings/environment.js'
import type { FromWorker, ToWorker } from './messages.js'
import { WorkerMetrics } from './metrics.js'
import { RestartBackoff } from './restart-backoff.js'
import { WORKER_SETTINGS } from './worker.js'

/** ms beyond the grace of its transfers after which a worker that doesn't stop is killed. */
const AFTER_GRACE = 5_000

/** The longest that a timer of Node can wait, in ms. */
const LONGEST = 2 ** 31 - 1

/** A place among the workers. Its processes come and go. */
interface Slot {
  readonly id: number
  readonly replacement: RestartBackoff
  worker: Worker | undefined
  /** When its process began to listen. */
  since: number | undefined
  /** What its process said why it can't start. */
  refusal: LastbyteError | undefined
}

/**
 * Serves by several workers until a signal stops them. Returns when all of them listen.
 *
 * @throws LastbyteError BAD_SETTING where one can't start
 */
export async function runPrimary(environment: Environment): Promise<void> {
  // A connection that is handed over to a worker in its last moment would hang for ever (record 15).
  if (process.env.NODE_CLUSTER_SCHED_POLICY === undefined) {
    cluster.schedulingPolicy = cluster.SCHED_NONE
  }
  const primary = new Primary(environment, newLogger(environment.LOG_LEVEL))
  const stop = (signal: NodeJS.Signals) => primary.stop(signal)
  process.on('SIGTERM', stop).on('SIGINT', stop)
  await primary.start()
}

class Primary {
  readonly #slots: readonly Slot[]
  readonly #metrics: WorkerMetrics
  /** The port that workers ask for. */
  #asked: number
  /** The port that they have. */
  #port: number | undefined
  #state: 'starting' | 'serving' | 'failed' | 'stopping' = 'starting'
  #exitCode = 0

  constructor(
    private readonly environment: Environment,
    private readonly logger: Logger,
  ) {
    const ids = Array.from({ length: environment.WORKERS }, (_, index) => index + 1)
    this.#slots = ids.map((id) => ({
      id,
      replacement: new RestartBackoff(() => performance.now(), Math.random),
      worker: undefined,
      since: undefined,
      refusal: undefined,
    }))
    this.#metrics = new WorkerMetrics(ids, (id, count) => {
      const slot = this.#slots.find((each) => each.id === id)
      return slot?.since !== undefined && tell(slot.worker, { kind: 'count', count })
    })
    this.#asked = environment.PORT
  }

  /** The first worker proves the settings before the others are started. */
  async start(): Promise<void> {
    const [first, ...others] = this.#slots
    try {
      if (first !== undefined) await this.#listens(first)
      if (this.#state === 'starting') await Promise.all(others.map((slot) => this.#listens(slot)))
    } catch (error) {
      if (this.#state !== 'starting') return
      this.#state = 'failed'
      this.#kill()
      throw error
    }
    if (this.#state !== 'starting') return
    this.#state = 'serving'
    this.logger.info({ workers: this.#slots.length, port: this.#port }, 'all workers listen')
  }

  /** The first signal lets all workers end what they do; a second one stops at once. */
  stop(signal: NodeJS.Signals): void {
    if (this.#state === 'failed') return
    if (this.#state === 'stopping') {
      this.#kill()
      process.exit(1)
    }
    this.#state = 'stopping'
    this.logger.info({ signal, workers: this.#running.length }, 'stopping')
    for (const { worker, since } of this.#running) {
      // One that does not listen yet has nothing to end, and may have no ear yet for a message.
      if (since === undefined) worker?.process.kill('SIGTERM')
      else tell(worker, { kind: 'stop', signal })
    }
    const most = Math.min(LONGEST, this.environment.SHUTDOWN_GRACE + AFTER_GRACE)
    setTimeout(() => {
      this.logger.error({ workers: this.#running.map(({ id }) => id) }, 'killed: would not stop')
      this.#kill()
    }, most)
    this.#exitIfAlone()
  }

  get #isEnding(): boolean {
    return this.#state === 'failed' || this.#state === 'stopping'
  }

  get #running(): Slot[] {
    return this.#slots.filter(({ worker }) => worker !== undefined)
  }

  /** Starts a process in a place; resolves when it listens. @throws LastbyteError where it can't */
  async #listens(slot: Slot): Promise<void> {
    // While one lives, node:cluster knows the shared port by what was asked for; after the last of
    // them a new 0 would be another port.
    if (this.#port !== undefined && this.#running.length === 0) this.#asked = this.#port
    const settings = { ...this.environment, PORT: this.#asked, worker: slot.id }
    const worker = cluster.fork({ [WORKER_SETTINGS]: JSON.stringify(settings) })
    slot.worker = worker
    slot.refusal = undefined
    worker.on('message', (message: FromWorker) => this.#hear(slot, worker, message))
    return new Promise((resolve, reject) => {
      const ended = (code: number | null, signal: string | null) => {
        if (slot.worker !== worker) return
        const why = slot.refusal ?? endedTooSoon(slot.id, code, signal)
        this.#ended(slot, { pid: worker.process.pid, code, signal })
        reject(why)
      }
      worker.on('listening', ({ port }) => {
        slot.since ??= performance.now()
        this.#port ??= port
        if (port !== this.#port && !this.#isEnding) this.#askAgain(worker, this.#port)
        resolve()
      })
      worker.once('exit', (code, signal) => {
        // Its last words may still be on their way.
        if (!worker.isConnected()) return ended(code, signal)
        worker.once('disconnect', () => ended(code, signal))
      })
      worker.on('error', (error) => {
        this.logger.error({ err: error, worker: slot.id }, 'worker failed')
        if (worker.process.pid === undefined) ended(null, null)
      })
    })
  }

  /** The last of the others ended in between, and this one has a port that nobody knows. */
  #askAgain(worker: Worker, port: number): void {
    this.#asked = port
    worker.process.kill('SIGKILL')
  }

  #hear(slot: Slot, worker: Worker, message: FromWorker): void {
    // What a process said before its end may come after it: it is in the past counts already.
    if (slot.worker !== worker) return
    switch (message.kind) {
      case 'refused':
        slot.refusal = new LastbyteError(message.code, message.message)
        break
      case 'counted':
        this.#metrics.counted(slot.id, message.count, message.metrics)
        break
      case 'scrape':
        this.#metrics.scrape().then(
          (text) => tell(worker, { kind: 'scraped', scrape: message.scrape, text }),
          (error) => this.logger.error({ err: error }, 'scrape failed'),
        )
        break
    }
  }

  #ended(slot: Slot, how: { pid: number | undefined; code: number | null; signal: string | null }) {
    const { since } = slot
    slot.worker = undefined
    slot.since = undefined
    if (this.#state === 'stopping') {
      if (how.code !== 0 && since !== undefined) this.#exitCode = 1
      return this.#exitIfAlone()
    }
    if (since === undefined) return
    this.#metrics.ended(slot.id)
    const wait = slot.replacement.after(performance.now() - since)
    const { pid, ...rest } = how
    this.logger.warn({ worker: slot.id, ended: pid, ...rest, wait }, 'worker ended')
    setTimeout(() => this.#replace(slot), wait)
  }

  /** Tries until a process listens in this place, however long that takes. */
  #replace(slot: Slot): void {
    if (this.#isEnding) return
    this.#listens(slot).catch(({ message }: Error) => {
      if (this.#isEnding) return
      const wait = slot.replacement.after(0)
      this.logger.error({ worker: slot.id, reason: message, wait }, 'worker could not start')
      setTimeout(() => this.#replace(slot), wait)
    })
  }

  #kill(): void {
    for (const { worker } of this.#running) worker?.process.kill('SIGKILL')
  }

  #exitIfAlone(): void {
    if (this.#running.length === 0) process.exit(this.#exitCode)
  }
}

/** Returns whether there is a worker that could be told; what it does not hear, its end will show. */
function tell(worker: Worker | undefined, message: ToWorker): boolean {
  if (worker === undefined || !worker.isConnected()) return false
  worker.process.send(message, undefined, undefined, () => {})
  return true
}

function endedTooSoon(id: number, code: number | null, signal: string | null): LastbyteError {
  const how = signal ?? `exit code ${code}`
  return new LastbyteError('BAD_SETTING', `WORKERS: worker ${id} ended before it listened: ${how}`)
}
