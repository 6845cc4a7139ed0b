import { createServer } from '../server/create-server.js'
import type { LastbyteOptions } from '../settings/options.js'
import { PLUGIN_OPTIONS } from '../settings/plugin-options.js'
import type { Expectations } from '../validation/expectation.js'
import { readOptions } from '../validation/read-options.js'
import {
  type FaultListener,
  LISTEN_OPTIONS,
  type ListenOptions,
  layerFor,
  listen,
  loggerFor,
} from './listener.js'

/** What is served, as for the plugin, and where. `shutdownGrace` is 0 by default. */
export interface FaultServerOptions extends ListenOptions, Omit<LastbyteOptions, 'faults'> {}

const { faults: _own, ...PLUGIN } = PLUGIN_OPTIONS
const FAULT_SERVER_OPTIONS: Expectations<FaultServerOptions> = { ...PLUGIN, ...LISTEN_OPTIONS }

/**
 * A server over a folder whose answers go wrong where they are told to.
 *
 * @throws LastbyteError BAD_SETTING for an option that makes no sense, and in production
 */
export async function faultServer(given: FaultServerOptions): Promise<FaultListener> {
  const options = readOptions(given, FAULT_SERVER_OPTIONS)
  const { seed, inProduction, host, port, tls, token, logger, ...files } = options
  const faults = layerFor(options)
  const app = await createServer({
    logger: loggerFor(options),
    tls,
    files: { shutdownGrace: 0, ...files, faults },
  })
  return listen(app, faults, options)
}
