import type { ErrorCode } from '../../errors.js'

/** The metrics of one process, as prom-client has them in JSON. */
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
  /** Of a histogram: which of its series. */
  readonly metricName?: string
}

/** What a worker tells its primary. */
export type FromWorker =
  /** It can't start. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** It was asked for the metrics of all. */
  | { readonly kind: 'scrape'; readonly scrape: number }
  /** Its own metrics, for the count that asked for them. */
  | { readonly kind: 'counted'; readonly count: number; readonly metrics: Metrics }

/** What a primary tells a worker. */
export type ToWorker =
  | { readonly kind: 'stop'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'scraped'; readonly scrape: number; readonly text: string }
