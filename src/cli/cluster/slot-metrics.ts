import type { Metric, Metrics, Sample } from './messages.js'

/**
 * The metrics of one worker over all the processes that it has had. Counters of a process that ended are
 * added to those of the next one, so that no counter decreases. Counts after the last scrape of a process
 * are lost with it: no scrape has shown them.
 */
export class SlotMetrics {
  #metrics: Metrics = []
  #past: Metrics = []

  constructor(private readonly worker: number) {}

  /** The latest metrics of the process, with the counts of earlier processes. */
  get metrics(): Metrics {
    return this.#metrics
  }

  /** The metrics that only increase. They stay valid while the worker does not respond. */
  get counters(): Metrics {
    return this.#metrics.filter(({ type }) => type === 'counter' || type === 'histogram')
  }

  /** Takes new metrics of the current process. */
  update(metrics: Metrics): void {
    const worker = String(this.worker)
    const labelled = metrics.map((metric) => ({
      ...metric,
      // Each sample has the label of its worker, so that there is nothing to aggregate or to leave out.
      aggregator: 'sum',
      values: metric.values.map((sample) => ({
        ...sample,
        labels: { worker, ...sample.labels },
      })),
    }))
    this.#metrics = sum(labelled, this.#past)
  }

  /** The process has ended: its counters are added to the past counts, its gauges are dropped. */
  end(): void {
    this.#past = this.counters
    this.#metrics = this.#past
  }
}

/** Adds samples of the same metric with the same labels. */
function sum(metrics: Metrics, past: Metrics): Metrics {
  const pastByName = new Map(past.map((metric) => [metric.name, metric]))
  return metrics.map((metric) => addTo(metric, pastByName.get(metric.name)?.values ?? []))
}

function addTo(metric: Metric, past: readonly Sample[]): Metric {
  const samples = new Map(metric.values.map((sample) => [keyOf(sample), sample]))
  for (const sample of past) {
    const present = samples.get(keyOf(sample))
    samples.set(keyOf(sample), { ...sample, value: sample.value + (present?.value ?? 0) })
  }
  return { ...metric, values: [...samples.values()] }
}

function keyOf({ metricName, labels }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  return [metricName ?? '', ...pairs.sort()].join('\n')
}
