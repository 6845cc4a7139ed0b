import { createServer } from '../server/create-server.js'
import type { LastbyteOptions } from '../settings/options.js'
import { type FaultListener, type ListenOptions, layerFor, listen, loggerFor } from './listener.js'

/** What is served, as for the plugin, and where. `shutdownGrace` is 0 by default. */
export interface FaultServerOptions extends ListenOptions, Omit<LastbyteOptions, 'faults'> {}

/**
 * A server over a folder whose answers go wrong where they are told to.
 *
 * @throws LastbyteError BAD_SETTING for an option that makes no sense, and in production
 */
export async function faultServer(options: FaultServerOptions): Promise<FaultListener> {
  const { seed, inProduction, host, port, tls, token, logger, ...files } = options
  const faults = layerFor(options)
  const app = await createServer({
    logger: loggerFor(options),
    tls,
    files: { shutdownGrace: 0, ...files, faults },
  })
  return listen(app, faults, options)
}
