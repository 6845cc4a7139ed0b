import { join } from 'node:path'
import { RunningProcess } from '../../fixture/process.js'
import type { LogStore } from './store.js'

/** ms after which a stopped producer is taken over. */
const LEASE = 400
/** Events of each stream. */
export const EVENTS = 120

interface Worker {
  readonly process: RunningProcess
  readonly port: number
}

/** The workers of an application, each of which is replaced when it was killed. */
export class Workers implements AsyncDisposable {
  #workers: (Worker | undefined)[] = []

  private constructor(private readonly store: LogStore) {}

  static async start(store: LogStore, count: number): Promise<Workers> {
    const workers = new Workers(store)
    workers.#workers = await Promise.all(Array.from({ length: count }, () => workers.#start()))
    return workers
  }

  get count(): number {
    return this.#workers.length
  }

  /** The port of a worker; of one that is away, one where nothing listens. */
  port(at: number): number {
    return this.#workers[at % this.count]?.port ?? 1
  }

  pid(at: number): number | undefined {
    return this.#workers[at % this.count]?.process.child.pid
  }

  /** Which worker has this pid. */
  indexOf(pid: number): number {
    return this.#workers.findIndex((worker) => worker?.process.child.pid === pid)
  }

  async replace(at: number): Promise<void> {
    await this.#kill(at)
    this.#workers[at] = await this.#start()
  }

  /** Ends all at once and calls `meanwhile` before they are started again. */
  async replaceAll(meanwhile: (killAll: () => Promise<void>) => Promise<void>): Promise<void> {
    const each = this.#workers.map((_, at) => at)
    await meanwhile(async () => void (await Promise.all(each.map((at) => this.#kill(at)))))
    for (const at of each) this.#workers[at] ??= await this.#start()
  }

  /** Stops a process for longer than its lease, and lets it go on. */
  async suspend(at: number, ms: number): Promise<void> {
    const child = this.#workers[at]?.process.child
    child?.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, LEASE + ms))
    child?.kill('SIGCONT')
  }

  async #kill(at: number): Promise<void> {
    const worker = this.#workers[at]
    this.#workers[at] = undefined
    worker?.process.child.kill('SIGKILL')
    await worker?.process.exit
  }

  async #start(): Promise<Worker> {
    const options = { store: this.store.options, lease: LEASE, events: EVENTS }
    const script = join(import.meta.dirname, 'worker.mjs')
    const process_ = new RunningProcess(process.execPath, [script, JSON.stringify(options)])
    const [, port] = await process_.waitForOutput(/port (\d+)/)
    return { process: process_, port: Number(port) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker?.process[Symbol.asyncDispose]()))
  }
}
