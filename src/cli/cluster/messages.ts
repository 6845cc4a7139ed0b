import type { ErrorCode } from '../../errors.js'

/** The metrics of one process, in prom-client's JSON form. */
export type Metrics = readonly Metric[]

export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly aggregator: string
  readonly values: readonly Sample[]
}

export interface Sample {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  /** For a histogram: the name of the series, such as `seconds_bucket`. */
  readonly metricName?: string
}

/** A message of a worker to its primary. */
export type FromWorker =
  /** It can't start. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** The worker received a scrape and needs the metrics of all workers for it. */
  | { readonly kind: 'scrape'; readonly scrape: number }
  /** Its own metrics, in response to `count`. */
  | { readonly kind: 'counted'; readonly count: number; readonly metrics: Metrics }

/** A message of the primary to a worker. */
export type ToWorker =
  | { readonly kind: 'stop'; readonly signal: NodeJS.Signals }
  /** Requests the worker's own metrics. */
  | { readonly kind: 'count'; readonly count: number }
  /** The metrics of all workers, in response to `scrape`. */
  | { readonly kind: 'scraped'; readonly scrape: number; readonly text: string }
