import cluster from 'node:cluster'
import type { Logger } from 'pino'
import { drawToken } from '../../admin/authorize.js'
import { LongTimer } from '../../async/long-timer.js'
import { TransferRegistry } from '../../delivery/transfer-registry.js'
import { LastbyteError } from '../../errors.js'
import type { AdminListener } from '../admin/admin-listener.js'
import { adminToken } from '../admin-token.js'
import { announceServer } from '../announce-server.js'
import { announceTransfers } from '../announce-transfers.js'
import { originOf } from '../announced-origin.js'
import { hangupMeaning } from '../hangup.js'
import { createLogger, logOutput } from '../logger.js'
import type { Bound } from '../serving-urls.js'
import type { Environment } from '../settings/environment.js'
import { reportSockets } from '../sockets/inherited-sockets.js'
import { launchWorker, type WorkerEvents, type WorkerProcess } from './launch-worker.js'
import type { ToWorker } from './messages.js'
import { SharedAddress } from './shared-address.js'
import { emptySlot, type Slot } from './slot.js'
import { send, signalListening, startFailure } from './worker-process.js'
import { WorkerReports } from './worker-reports.js'

/** ms from the end of the shutdown grace until a worker that still runs is killed. */
const AFTER_GRACE = 5_000

/**
 * Serves with several workers until a signal stops them. Resolves when all of them listen.
 *
 * @throws LastbyteError BAD_SETTING if one of them can't start
 */
export async function runPrimary(environment: Environment): Promise<void> {
  // With round robin, a connection that is passed to a worker just as it ends hangs forever (record 15).
  if (process.env.NODE_CLUSTER_SCHED_POLICY === undefined) {
    cluster.schedulingPolicy = cluster.SCHED_NONE
  }
  // Whichever worker receives a request has to know the token.
  const settings = { ...environment, drawnToken: drawToken() }
  const logger = createLogger(environment.LOG_LEVEL, undefined, logOutput(environment))
  const primary = new Primary(settings, logger)
  const stop = (signal: NodeJS.Signals) => primary.stop(signal)
  process.on('SIGTERM', stop).on('SIGINT', stop)
  process.on('SIGHUP', hangupMeaning() === 'stop' ? stop : () => primary.reload())
  process.on('SIGUSR1', () => primary.reopenLogs())
  await primary.start()
}

class Primary {
  readonly #slots: readonly Slot[]
  readonly #reports: WorkerReports
  readonly #address: SharedAddress
  /** Of this process, which sends no files; a stop marks them. */
  readonly #transfers = new TransferRegistry()
  #admin: AdminListener | undefined
  #state: 'starting' | 'serving' | 'failed' | 'draining' | 'stopping' = 'starting'
  #exitCode = 0
  /** Kills the workers that have not stopped by then. */
  #deadline: LongTimer | undefined

  constructor(
    private readonly environment: Environment,
    private readonly logger: Logger,
  ) {
    const ids = Array.from({ length: environment.WORKERS }, (_, index) => index + 1)
    this.#slots = ids.map(emptySlot)
    const sendTo = (id: number, message: ToWorker) => {
      const slot = this.#slots.find((each) => each.id === id)
      return slot?.listeningSince !== undefined && send(slot.worker, message)
    }
    this.#reports = new WorkerReports(ids, sendTo, logger)
    this.#address = new SharedAddress(environment.PORT, environment.sockets === undefined)
  }

  /** Starts the first worker alone, so that wrong settings end one process only. */
  async start(): Promise<void> {
    const [first, ...others] = this.#slots
    const { sockets } = this.environment
    if (sockets !== undefined) reportSockets(this.logger, sockets)
    try {
      if (this.environment.ADMIN !== '') {
        const { openWorkersAdmin } = await import('./workers-admin.js')
        this.#admin = await openWorkersAdmin(this.environment, {
          logger: this.logger,
          reports: this.#reports,
          transfers: this.#transfers,
          isServing: () => this.#state === 'serving',
        })
      }
      if (first !== undefined) await this.#launch(first)
      if (this.#state === 'starting') await Promise.all(others.map((slot) => this.#launch(slot)))
    } catch (error) {
      if (this.#state !== 'starting') return
      this.#state = 'failed'
      this.#kill()
      await this.#admin?.close()
      throw error
    }
    if (this.#state !== 'starting') return
    this.#state = 'serving'
    const at = sockets === undefined ? { port: this.#address.port } : { sockets: sockets.length }
    this.logger.info({ workers: this.#slots.length, ...at }, 'all workers listen')
    const { bound } = this.#address
    const { environment } = this
    announceServer(bound, environment)
    if (!environment.TRANSFERS) return
    announceTransfers(originOf(this.#admin, bound, environment), adminToken(environment))
  }

  /** Lets the workers open the file of the access log anew. */
  reopenLogs(): void {
    signalListening(this.#running, 'SIGUSR1')
  }

  /**
   * Lets the workers end gracefully at the first signal, by `stopOnSignals`'s steps: drain, close the port, end. Kills
   * them at the last one.
   */
  stop(signal: NodeJS.Signals): void {
    if (this.#state === 'failed') return
    if (this.#state === 'stopping') {
      this.#kill()
      process.exit(1)
    }
    const { DRAIN_DELAY, SHUTDOWN_GRACE } = this.environment
    const drains = !this.#isEnding && signal === 'SIGTERM' && DRAIN_DELAY > 0
    this.#state = drains ? 'draining' : 'stopping'
    this.#transfers.draining = true
    this.logger.info({ signal, workers: this.#running.length }, this.#state)
    const step = drains ? 'drain' : 'close'
    for (const { worker, listeningSince } of this.#running) {
      // A process that doesn't listen yet has no transfers, and may not receive messages yet.
      if (listeningSince === undefined) worker?.process.kill('SIGINT')
      else send(worker, { kind: 'stop', step, signal })
    }
    this.#deadline?.clear()
    this.#deadline = new LongTimer(
      () => {
        const workers = this.#running.map(({ id }) => id)
        this.logger.error({ workers }, 'killed: did not stop in time')
        this.#kill()
      },
      (drains ? DRAIN_DELAY : 0) + SHUTDOWN_GRACE + AFTER_GRACE,
    )
    this.#exitIfNoneRuns()
  }

  /** Lets the workers read the certificate again. One that is starting reads it anyway. */
  reload(): void {
    for (const { worker } of this.#running) send(worker, { kind: 'reload' })
  }

  get #isEnding(): boolean {
    return !(this.#state === 'starting' || this.#state === 'serving')
  }

  get #running(): Slot[] {
    return this.#slots.filter(({ worker }) => worker !== undefined)
  }

  /** Starts a process for a slot. Resolves when it listens. @throws LastbyteError if it can't */
  async #launch(slot: Slot): Promise<void> {
    const PORT = this.#address.portFor({ isAlone: this.#running.length === 0 })
    const settings = { ...this.environment, PORT, worker: slot.id }
    slot.refusal = undefined
    return new Promise((resolve, reject) => {
      const isCurrent = () => slot.worker === worker
      const worker = launchWorker(settings, {
        listening: (bound) => {
          this.#listening(slot, worker, bound)
          resolve()
        },
        // A message of an ended process may arrive late: its counts are in the past counts already.
        message: (message) => isCurrent() && this.#receive(slot, worker, message),
        failed: (error) => this.logger.error({ err: error, worker: slot.id }, 'worker failed'),
        ended: (code, signal) => {
          if (!isCurrent()) return
          const error = slot.refusal ?? startFailure(slot.id, code, signal)
          this.#ended(slot, { pid: worker.process.pid, code, signal })
          reject(error)
        },
      })
      slot.worker = worker
    })
  }

  #listening(slot: Slot, worker: WorkerProcess, bound: readonly Bound[]): void {
    slot.listeningSince ??= performance.now()
    if (this.#state === 'starting') this.#address.add(bound)
    // It is replaced then.
    if (this.#address.isElsewhere(bound) && !this.#isEnding) worker.process.kill('SIGKILL')
  }

  #receive(slot: Slot, worker: WorkerProcess, message: Parameters<WorkerEvents['message']>[0]) {
    if (message.kind === 'refused') {
      slot.refusal = new LastbyteError(message.code, message.message)
    } else this.#reports.receive(slot.id, message, (reply) => send(worker, reply))
  }

  #ended(slot: Slot, how: { pid: number | undefined; code: number | null; signal: string | null }) {
    const { listeningSince } = slot
    slot.worker = undefined
    slot.listeningSince = undefined
    if (this.#state === 'draining' || this.#state === 'stopping') {
      if (how.code !== 0 && listeningSince !== undefined) this.#exitCode = 1
      return this.#exitIfNoneRuns()
    }
    if (listeningSince === undefined) return
    this.#reports.ended(slot.id)
    const wait = slot.backoff.after(performance.now() - listeningSince)
    const { pid, ...rest } = how
    this.logger.warn({ worker: slot.id, ended: pid, ...rest, wait }, 'worker ended')
    setTimeout(() => this.#replace(slot), wait)
  }

  /** Retries until a process of this slot listens. */
  #replace(slot: Slot): void {
    if (this.#isEnding) return
    this.#launch(slot).catch(({ message }: Error) => {
      if (this.#isEnding) return
      const wait = slot.backoff.after(0)
      this.logger.error({ worker: slot.id, reason: message, wait }, 'worker could not start')
      setTimeout(() => this.#replace(slot), wait)
    })
  }

  #kill(): void {
    for (const { worker } of this.#running) worker?.process.kill('SIGKILL')
  }

  #exitIfNoneRuns(): void {
    if (this.#running.length > 0) return
    const exit = () => process.exit(this.#exitCode)
    if (this.#admin === undefined) exit()
    else this.#admin.close().then(exit, exit)
  }
}
