import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'
import type { Metrics } from './messages.js'
import { SlotMetrics } from './slot-metrics.js'

/** ms that a scrape waits for the metrics of a worker. */
const TIMEOUT = 2_000

/** Requests the metrics of a worker. Returns whether the worker has a process to request them of. */
export type RequestMetrics = (worker: number, count: number) => boolean

interface PendingRequest {
  readonly worker: number
  readonly count: number
  readonly settle: (hasResponded: boolean) => void
}

/** The metrics of all workers. Each sample has the label `worker`. */
export class WorkerMetrics {
  readonly #slots: ReadonlyMap<number, SlotMetrics>
  readonly #own = new Registry()
  readonly #up: Gauge<'worker'>
  readonly #replaced: Counter<'worker'>
  readonly #pending = new Set<PendingRequest>()
  #counts = 0

  constructor(
    workers: readonly number[],
    private readonly request: RequestMetrics,
  ) {
    this.#slots = new Map(workers.map((worker) => [worker, new SlotMetrics(worker)]))
    const registers = [this.#own]
    const labelNames = ['worker'] as const
    this.#up = new Gauge({
      name: 'lastbyte_worker_up',
      help: 'Whether the worker responded to this scrape. If not, its gauges are left out.',
      labelNames,
      registers,
    })
    this.#replaced = new Counter({
      name: 'lastbyte_worker_replacements_total',
      help: 'Processes that ended and were to be replaced, by worker.',
      labelNames,
      registers,
    })
    for (const worker of workers) this.#replaced.inc({ worker: String(worker) }, 0)
  }

  /** The metrics of all workers in Prometheus text format. */
  async scrape(): Promise<string> {
    this.#counts += 1
    const count = this.#counts
    const parts = await Promise.all([...this.#slots].map((slot) => this.#part(slot, count)))
    const own = (await this.#own.getMetricsAsJSON()) as unknown as Metrics
    return AggregatorRegistry.aggregate([...parts, own]).metrics()
  }

  /** Takes the metrics of a worker. Those that arrive after the timeout count for the next scrape. */
  counted(worker: number, count: number, metrics: Metrics): void {
    this.#slots.get(worker)?.update(metrics)
    for (const request of this.#pending) {
      if (request.worker === worker && request.count === count) request.settle(true)
    }
  }

  /** The process of a worker has ended. The next one in its place counts from zero. */
  ended(worker: number): void {
    this.#slots.get(worker)?.end()
    this.#replaced.inc({ worker: String(worker) })
    for (const request of this.#pending) {
      if (request.worker === worker) request.settle(false)
    }
  }

  async #part([worker, slot]: [number, SlotMetrics], count: number): Promise<Metrics> {
    const hasResponded = await this.#update(worker, count)
    this.#up.set({ worker: String(worker) }, hasResponded ? 1 : 0)
    return hasResponded ? slot.metrics : slot.counters
  }

  /** Requests the metrics of a worker. Resolves to whether they arrived in time. */
  #update(worker: number, count: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => request.settle(false), TIMEOUT)
      const settle = (hasResponded: boolean) => {
        clearTimeout(timer)
        this.#pending.delete(request)
        resolve(hasResponded)
      }
      const request: PendingRequest = { worker, count, settle }
      this.#pending.add(request)
      if (!this.request(worker, count)) settle(false)
    })
  }
}
