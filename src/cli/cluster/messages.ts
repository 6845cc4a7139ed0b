import type { BoardReport, Position } from '../../admin/transfers/transfer-report.js'
import type { ErrorCode } from '../../errors.js'
import type { Bound } from '../serving-urls.js'

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

/** A question to all workers about their transfers. */
export type Question =
  | { readonly kind: 'transfers'; readonly position: Position }
  | { readonly kind: 'kill'; readonly id: string }

/** What one worker responds to a question: `report` to `transfers`, `killed` to `kill`. */
export interface WorkerAnswer {
  readonly report?: BoardReport
  /** Whether the id names a transfer of the worker. */
  readonly killed?: boolean
}

/** The response of the worker with this number. */
export interface NumberedAnswer extends WorkerAnswer {
  readonly worker: number
}

/** A message of a worker to its primary. */
export type FromWorker =
  /** It can't start. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** It listens on the sockets that were passed on. */
  | { readonly kind: 'listening'; readonly bound: readonly Bound[] }
  /** The worker received a scrape and needs the metrics of all workers for it. */
  | { readonly kind: 'scrape'; readonly scrape: number }
  /** Its own metrics, in response to `count`. */
  | { readonly kind: 'counted'; readonly count: number; readonly metrics: Metrics }
  /** The worker received a request that needs the responses of all workers. */
  | { readonly kind: 'gather'; readonly gather: number; readonly question: Question }
  /** Its own response to `ask`. */
  | { readonly kind: 'answered'; readonly ask: number; readonly answer: WorkerAnswer }

/** A message of the primary to a worker. */
export type ToWorker =
  /** Stop: first drain, or close the port at once. */
  | { readonly kind: 'stop'; readonly step: 'drain' | 'close'; readonly signal: NodeJS.Signals }
  /** Read the certificate again. */
  | { readonly kind: 'reload' }
  /** Requests the worker's own metrics. */
  | { readonly kind: 'count'; readonly count: number }
  /** The metrics of all workers, in response to `scrape`. */
  | { readonly kind: 'scraped'; readonly scrape: number; readonly text: string }
  /** Requests the worker's own response to a question. */
  | { readonly kind: 'ask'; readonly ask: number; readonly question: Question }
  /** The responses of all workers, in response to `gather`. */
  | {
      readonly kind: 'gathered'
      readonly gather: number
      readonly answers: readonly NumberedAnswer[]
    }
