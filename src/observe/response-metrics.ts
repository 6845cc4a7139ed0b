import { METHODS, STATUS_CODES } from 'node:http'
import { Counter, Histogram, type Registry } from 'prom-client'
import { REFUSAL_REASONS, reasonOfStatus } from './refusals.js'
import type { ResponseObserver } from './response-observer.js'

/** The members of a registry of prom-client that are called, of any version. */
export type MetricRegistry = Pick<Registry, 'registerMetric'>

/** Counts of the limits of client addresses. */
export interface AddressRefusals {
  readonly refusedConnections: number
  readonly refusedRequests: number
}

/** Methods with a label of their own. */
const COUNTED_METHODS: ReadonlySet<string> = new Set(
  ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) =>
    METHODS.includes(each),
  ),
)

/** Seconds. A response from memory takes less than the first, a film hours. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600, 3600]

/**
 * Adds the metrics of responses and refusals to a registry. The values of all labels are bounded: a client can't create
 * series.
 */
export function responseMetrics(
  registry: MetricRegistry,
  observer: ResponseObserver,
  limits: AddressRefusals = { refusedConnections: 0, refusedRequests: 0 },
): void {
  const registers = [registry as Registry]
  const responses = new Counter({
    name: 'lastbyte_responses_total',
    help: 'Responses that have ended, by status code (499: the client has left before), method and kind of route.',
    labelNames: ['code', 'method', 'route'],
    registers,
  })
  const cut = new Counter({
    name: 'lastbyte_responses_cut_total',
    help: 'Responses that ended before they were complete, by kind of route and outcome.',
    labelNames: ['route', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'lastbyte_response_duration_seconds',
    help: 'Time from a request to the end of its response, by kind of route.',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers,
  })
  new Counter({
    name: 'lastbyte_refusals_total',
    help: 'Connections and requests that were refused, by reason.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset()
      for (const reason of REFUSAL_REASONS) this.inc({ reason }, observer.refusals.of(reason))
      this.inc({ reason: 'connection_limit' }, limits.refusedConnections)
      this.inc({ reason: 'request_limit' }, limits.refusedRequests)
    },
  })
  observer.observe(({ status, raw, route, outcome, ms }) => {
    const method = methodLabel(raw?.method)
    responses.inc({ code: codeLabel(status), method, route })
    if (outcome !== 'complete') cut.inc({ route, outcome })
    seconds.observe({ route }, ms / 1000)
    const reason = raw === undefined ? undefined : reasonOfStatus(status)
    if (reason !== undefined) observer.refusals.count(reason)
  })
}

/** A status that an upstream server has made up has the label of its class. */
function codeLabel(status: number): string {
  return status in STATUS_CODES || status === 499 ? String(status) : `${Math.floor(status / 100)}xx`
}

function methodLabel(method: string | undefined): string {
  return method !== undefined && COUNTED_METHODS.has(method) ? method : 'other'
}
