import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { describe, expect, it, vi } from 'vitest'
import type { Metrics } from '../../../src/cli/cluster/messages.js'
import { WorkerMetrics } from '../../../src/cli/cluster/worker-metrics.js'

/** The metrics of one process. */
class Process {
  readonly #registry = new Registry()
  readonly #settled = new Counter({
    name: 'settled_total',
    help: '-',
    labelNames: ['outcome'],
    registers: [this.#registry],
  })
  readonly #running = new Gauge({ name: 'running', help: '-', registers: [this.#registry] })
  readonly #seconds = new Histogram({
    name: 'seconds',
    help: '-',
    buckets: [1, 10],
    registers: [this.#registry],
  })

  count(outcome: string, seconds: number): void {
    this.#settled.inc({ outcome })
    this.#seconds.observe(seconds)
    this.#running.set(3)
  }

  /** As they arrive over the channel between the processes. */
  async metrics(): Promise<Metrics> {
    return JSON.parse(JSON.stringify(await this.#registry.getMetricsAsJSON()))
  }
}

/** Workers that each have a process that responds, one that does not, or none. */
function workersOf(processes: Record<number, Process | 'silent' | undefined>) {
  const workers: WorkerMetrics = new WorkerMetrics(
    Object.keys(processes).map(Number),
    (worker, count) => {
      const process = processes[worker]
      if (process instanceof Process) {
        process.metrics().then((metrics) => workers.counted(worker, count, metrics))
      }
      return process !== undefined
    },
  )
  return workers
}

const samples = async (workers: WorkerMetrics) =>
  new Map(
    (await workers.scrape())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(' ') as [string, string])
      .map(([name, value]) => [name, Number(value)]),
  )

describe('WorkerMetrics', () => {
  it('labels the metrics of each worker', async () => {
    const [one, two] = [new Process(), new Process()]
    one.count('complete', 0.5)
    two.count('complete', 5)
    two.count('stalled', 50)
    const scraped = await samples(workersOf({ 1: one, 2: two }))
    expect(scraped.get('settled_total{worker="1",outcome="complete"}')).toBe(1)
    expect(scraped.get('settled_total{worker="2",outcome="complete"}')).toBe(1)
    expect(scraped.get('settled_total{worker="2",outcome="stalled"}')).toBe(1)
    expect(scraped.get('running{worker="2"}')).toBe(3)
    expect(scraped.get('seconds_bucket{worker="1",le="1"}')).toBe(1)
    expect(scraped.get('seconds_bucket{worker="2",le="10"}')).toBe(1)
    expect(scraped.get('seconds_bucket{worker="2",le="+Inf"}')).toBe(2)
    expect(scraped.get('seconds_sum{worker="2"}')).toBe(55)
    expect(scraped.get('lastbyte_worker_up{worker="2"}')).toBe(1)
    expect(scraped.get('lastbyte_worker_replacements_total{worker="2"}')).toBe(0)
  })

  it('continues the counters of a process that ended in the next process', async () => {
    const processes: Record<number, Process | undefined> = { 1: new Process() }
    const workers = workersOf(processes)
    processes[1]?.count('complete', 0.5)
    processes[1]?.count('stalled', 5)
    await samples(workers)

    processes[1] = undefined
    workers.ended(1)
    const between = await samples(workers)
    expect(between.get('settled_total{worker="1",outcome="complete"}')).toBe(1)
    expect(between.get('seconds_count{worker="1"}')).toBe(2)
    expect(between.get('running{worker="1"}'), 'an ended process has no gauges').toBeUndefined()
    expect(between.get('lastbyte_worker_up{worker="1"}')).toBe(0)
    expect(between.get('lastbyte_worker_replacements_total{worker="1"}')).toBe(1)

    processes[1] = new Process()
    processes[1].count('complete', 0.5)
    for (const time of ['first', 'second']) {
      const after = await samples(workers)
      expect(after.get('settled_total{worker="1",outcome="complete"}'), time).toBe(2)
      expect(after.get('settled_total{worker="1",outcome="stalled"}'), time).toBe(1)
      expect(after.get('seconds_bucket{worker="1",le="1"}'), time).toBe(2)
      expect(after.get('seconds_count{worker="1"}'), time).toBe(3)
      expect(after.get('running{worker="1"}'), time).toBe(3)
    }
  })

  it('waits 2 s for a worker that does not respond, and keeps its counters', async () => {
    const processes: Record<number, Process | 'silent'> = { 1: new Process(), 2: new Process() }
    const workers = workersOf(processes)
    for (const process of Object.values(processes)) (process as Process).count('complete', 1)
    await samples(workers)
    processes[2] = 'silent'
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const scrape = samples(workers)
    await vi.advanceTimersByTimeAsync(1_999)
    vi.advanceTimersByTime(1)
    const scraped = await scrape
    vi.useRealTimers()
    expect(scraped.get('lastbyte_worker_up{worker="1"}')).toBe(1)
    expect(scraped.get('lastbyte_worker_up{worker="2"}')).toBe(0)
    expect(scraped.get('settled_total{worker="2",outcome="complete"}')).toBe(1)
    expect(scraped.get('running{worker="2"}')).toBeUndefined()
  })

  it('does not wait for a worker that ends during the scrape', async () => {
    const workers = workersOf({ 1: 'silent' })
    const began = performance.now()
    const scrape = samples(workers)
    await Promise.resolve()
    workers.ended(1)
    expect((await scrape).get('lastbyte_worker_up{worker="1"}')).toBe(0)
    expect(performance.now() - began).toBeLessThan(1_900)
  })
})
