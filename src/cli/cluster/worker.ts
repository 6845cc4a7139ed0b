import cluster from 'node:cluster'
import type { Registry } from 'prom-client'
import type { MetricsSource } from '../../admin/routes.js'
import { LastbyteError } from '../../errors.js'
import { exitCodeOf } from '../exit-codes.js'
import type { Bound } from '../serving-urls.js'
import type { Environment } from '../settings/environment.js'
import type { FromWorker, Metrics, ToWorker } from './messages.js'

/** The environment variable in which the primary passes the settings to a worker. */
export const WORKER_SETTINGS = 'LASTBYTE_WORKER'

/**
 * The settings that the primary passed to this process; undefined in a process that is not a worker of
 * lastbyte. Replacement workers get the settings of the first start, so that an edited .env doesn't
 * create workers that differ.
 */
export function settingsOfWorker(): Environment | undefined {
  const { [WORKER_SETTINGS]: given } = process.env
  if (given === undefined || !(cluster.isWorker || process.send)) return undefined
  const settings: Environment = JSON.parse(given)
  // Workers on sockets that were passed on are child processes without node:cluster.
  if (!cluster.isWorker && settings.sockets === undefined) return undefined
  delete process.env[WORKER_SETTINGS]
  return settings
}

/** Ends this process with its primary, as node:cluster does. The primary may have ended already. */
export function endWithPrimary(): void {
  if (cluster.isWorker) return
  if (!process.connected) process.exit(0)
  process.once('disconnect', () => process.exit(0))
}

/** Tells the primary that this worker listens on the sockets that were passed on. */
export function reportListening(bound: readonly Bound[]): void {
  send({ kind: 'listening', bound })
}

/** Sends the primary why this worker can't start, then exits. The primary prints it or logs it. */
export async function reportStartFailure(error: unknown): Promise<void> {
  if (!(error instanceof LastbyteError)) throw error
  const { code, message } = error
  await new Promise<void>((sent) => send({ kind: 'refused', code, message }, sent))
  process.exit(exitCodeOf(error) ?? 1)
}

/**
 * The metrics of all workers, which the primary collects. Also sends the primary the metrics of this
 * worker when it requests them.
 */
export function sharedMetrics(own: Registry): MetricsSource {
  const pending = new Map<number, (text: string) => void>()
  let scrapes = 0
  process.on('message', async (message: ToWorker) => {
    if (message.kind === 'scraped') {
      pending.get(message.scrape)?.(message.text)
      pending.delete(message.scrape)
    }
    if (message.kind === 'count') {
      const metrics = (await own.getMetricsAsJSON()) as unknown as Metrics
      send({ kind: 'counted', count: message.count, metrics })
    }
  })
  return {
    contentType: own.contentType,
    metrics: () =>
      new Promise((resolve) => {
        scrapes += 1
        pending.set(scrapes, resolve)
        send({ kind: 'scrape', scrape: scrapes })
      }),
  }
}

/** A message to a primary that has ended is dropped: its workers end with it. */
function send(message: FromWorker, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent)
}
