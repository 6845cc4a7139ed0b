import type { Metric, Metrics, Sample } from './messages.js'

/**
 * The metrics of one worker, over all the processes that it has been. What a process that ended had
 * counted when it was last asked is added to what the next one counts: whoever scrapes sees no counter
 * go back, since nobody has seen a later value than the one that is kept.
 */
export class SlotMetrics {
  #shown: Metrics = []
  #past: Metrics = []

  constructor(private readonly worker: number) {}

  /** What the worker last told, with what those before it had counted. */
  get shown(): Metrics {
    return this.#shown
  }

  /** Of that, what only grows: all that is known of a worker that doesn't answer. */
  get counters(): Metrics {
    return this.#shown.filter(({ type }) => type === 'counter' || type === 'histogram')
  }

  take(metrics: Metrics): void {
    const worker = String(this.worker)
    const labelled = metrics.map((metric) => ({
      ...metric,
      values: metric.values.map((one) => ({ ...one, labels: { worker, ...one.labels } })),
    }))
    this.#shown = sum(labelled, this.#past)
  }

  /** The process has ended. */
  end(): void {
    this.#past = this.counters
    this.#shown = this.#past
  }
}

/** Samples of the same name and labels, added up. */
function sum(metrics: Metrics, past: Metrics): Metrics {
  const before = new Map(past.map((metric) => [metric.name, metric]))
  return metrics.map((metric) => addTo(metric, before.get(metric.name)?.values ?? []))
}

function addTo(metric: Metric, past: readonly Sample[]): Metric {
  const samples = new Map(metric.values.map((sample) => [keyOf(sample), sample]))
  for (const sample of past) {
    const now = samples.get(keyOf(sample))
    samples.set(keyOf(sample), { ...sample, value: sample.value + (now?.value ?? 0) })
  }
  return { ...metric, values: [...samples.values()] }
}

function keyOf({ metricName, labels }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  return [metricName ?? '', ...pairs.sort()].join('\n')
}
