import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/** The first signal stops gently: what runs may end within its grace. A second one stops at once. */
export function stopOnSignals(app: FastifyInstance, logger: Logger): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    stopGently(app, logger, signal)
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}

/** Lets what runs end within its grace, then ends the process. */
export function stopGently(app: FastifyInstance, logger: Logger, signal: NodeJS.Signals): void {
  logger.info({ signal, running: app.transfers.running.size }, 'stopping')
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'could not stop cleanly')
      process.exit(1)
    },
  )
}
