import cluster from 'node:cluster'
import type { Registry } from 'prom-client'
import type { Scraped } from '../../admin/routes.js'
import { LastbyteError } from '../../errors.js'
import { exitCodeOf } from '../exit-codes.js'
import type { Environment } from '../settings/environment.js'
import type { FromWorker, Metrics, ToWorker } from './messages.js'

/** The variable in which a primary gives its settings to a worker. */
export const WORKER_SETTINGS = 'LASTBYTE_WORKER'

/**
 * The settings that a primary gave to this process; undefined where it is no worker of ours. They are
 * those of the first start: what has since changed in .env must not make workers that differ.
 */
export function settingsOfWorker(): Environment | undefined {
  const given = process.env[WORKER_SETTINGS]
  return cluster.isWorker && given !== undefined ? JSON.parse(given) : undefined
}

/** Lets the primary say why this worker can't start: it knows whether that ends the whole start. */
export async function refuseStart(error: unknown): Promise<void> {
  if (!(error instanceof LastbyteError)) throw error
  const { code, message } = error
  await new Promise<void>((done) => tell({ kind: 'refused', code, message }, done))
  process.exit(exitCodeOf(error) ?? 1)
}

/**
 * Resolves when the primary or a signal says that this worker stops. Once: a terminal and a service
 * manager signal the whole group, and whether there is a second signal is for the primary to judge.
 */
export function whenStopRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve).on('SIGINT', resolve)
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') resolve(message.signal)
    })
  })
}

/** Answers a scrape for all workers, by the primary, and the primary for this one. */
export function metricsOfAll(own: Registry): Scraped {
  const waiting = new Map<number, (text: string) => void>()
  let scrapes = 0
  process.on('message', async (message: ToWorker) => {
    if (message.kind === 'scraped') {
      waiting.get(message.scrape)?.(message.text)
      waiting.delete(message.scrape)
    }
    if (message.kind === 'count') {
      const metrics = (await own.getMetricsAsJSON()) as unknown as Metrics
      tell({ kind: 'counted', count: message.count, metrics })
    }
  })
  return {
    contentType: own.contentType,
    metrics: () =>
      new Promise((answer) => {
        scrapes += 1
        waiting.set(scrapes, answer)
        tell({ kind: 'scrape', scrape: scrapes })
      }),
  }
}

/** A primary that is gone hears nothing, and its workers end with it. */
function tell(message: FromWorker, done: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, done)
}
