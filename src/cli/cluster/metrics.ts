import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'
import type { Metrics } from './messages.js'
import { SlotMetrics } from './slot-metrics.js'

/** ms that a scrape waits for a worker. */
const PATIENCE = 2_000

/** Asks a worker for its metrics. Returns whether there is one that could be asked. */
export type Ask = (worker: number, count: number) => boolean

interface Question {
  readonly worker: number
  readonly count: number
  readonly settle: (answered: boolean) => void
}

/** The metrics of all workers, each sample with the label `worker`. */
export class WorkerMetrics {
  readonly #slots: ReadonlyMap<number, SlotMetrics>
  readonly #own = new Registry()
  readonly #up: Gauge<'worker'>
  readonly #replaced: Counter<'worker'>
  /** What waits for an answer. */
  readonly #waiting = new Set<Question>()
  #counts = 0

  constructor(
    workers: readonly number[],
    private readonly ask: Ask,
  ) {
    this.#slots = new Map(workers.map((worker) => [worker, new SlotMetrics(worker)]))
    const registers = [this.#own]
    const labelNames = ['worker'] as const
    this.#up = new Gauge({
      name: 'lastbyte_worker_up',
      help: 'Whether the worker answered this scrape; its gauges are left out where it did not.',
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

  /** The text of all of them (Prometheus text format). */
  async scrape(): Promise<string> {
    this.#counts += 1
    const count = this.#counts
    const parts = await Promise.all([...this.#slots].map((slot) => this.#part(slot, count)))
    const own = (await this.#own.getMetricsAsJSON()) as unknown as Metrics
    return AggregatorRegistry.aggregate([...parts, own]).metrics()
  }

  /** A worker's answer. One that comes too late still tells what is to be shown from now on. */
  counted(worker: number, count: number, metrics: Metrics): void {
    this.#slots.get(worker)?.take(metrics)
    for (const question of this.#waiting) {
      if (question.worker === worker && question.count === count) question.settle(true)
    }
  }

  /** The process of a worker has ended, and another begins to count at zero in its place. */
  ended(worker: number): void {
    this.#slots.get(worker)?.end()
    this.#replaced.inc({ worker: String(worker) })
    for (const question of this.#waiting) {
      if (question.worker === worker) question.settle(false)
    }
  }

  async #part([worker, slot]: [number, SlotMetrics], count: number): Promise<Metrics> {
    const answered = await this.#answers(worker, count)
    this.#up.set({ worker: String(worker) }, answered ? 1 : 0)
    return answered ? slot.shown : slot.counters
  }

  #answers(worker: number, count: number): Promise<boolean> {
    return new Promise((resolve) => {
      const patience = setTimeout(() => question.settle(false), PATIENCE)
      const settle = (answered: boolean) => {
        clearTimeout(patience)
        this.#waiting.delete(question)
        resolve(answered)
      }
      const question: Question = { worker, count, settle }
      this.#waiting.add(question)
      if (!this.ask(worker, count)) settle(false)
    })
  }
}
