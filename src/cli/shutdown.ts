import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/** Stops the server at the first signal, with the grace of its transfers; a second one ends the process. */
export function stopOnSignals(app: FastifyInstance, logger: Logger): void {
  let isStopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1)
    isStopping = true
    stopGracefully(app, logger, signal)
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}

/** Closes the server, which gives running transfers their grace, then ends the process. */
export function stopGracefully(app: FastifyInstance, logger: Logger, signal: NodeJS.Signals): void {
  logger.info({ signal, running: app.transfers.running.size }, 'stopping')
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'could not stop cleanly')
      process.exit(1)
    },
  )
}
