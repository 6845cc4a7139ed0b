import { createServer } from '../server/create-server.js'
import type { LastbyteOptions } from '../settings/options.js'
import { PLUGIN_OPTIONS } from '../settings/plugin-options.js'
import { settleOptions } from '../settings/settings.js'
import type { ByteSource } from '../source/byte-source.js'
import { FileRoot } from '../source/file/file-root.js'
import type { Expectations } from '../validation/expectation.js'
import { readOptions } from '../validation/read-options.js'
import { type FaultListener, type FaultScope, withScopes } from './fault-scope.js'
import {
  createServerFaults,
  LISTEN_OPTIONS,
  type ListenOptions,
  listen,
  loggerOf,
} from './listener.js'
import { SAMPLE_SOURCE } from './sample-source.js'
import { addStubs } from './stubs/stub-routes.js'
import { Stubs } from './stubs/stubs.js'

/**
 * What `faultServer` serves, by the options of the plugin, all of which are optional, and where it listens. `shutdownGrace` is 0 by
 * default, so that `close()` does not wait for transfers.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type FaultServerOptions, faultServer } from 'lastbyte/testing'
 *
 * const options: FaultServerOptions = { root: 'media', seed: 7, stallTimeout: 500 }
 * const server = await faultServer(options)
 * assert.equal((await fetch(`${server.url}/clip.mp4`, { method: 'HEAD' })).status, 200)
 * await server.close()
 * ```
 */
export interface FaultServerOptions
  extends ListenOptions,
    Omit<LastbyteOptions, 'faults' | 'access'> {}

const { faults: _own, access: _access, ...PLUGIN } = PLUGIN_OPTIONS
const FAULT_SERVER_OPTIONS: Expectations<FaultServerOptions> = { ...PLUGIN, ...LISTEN_OPTIONS }

/**
 * Serves files, and injects faults into the responses: into those that a rule matches, which
 * `server.faults.arm` or `POST /-/faults` adds, and into those that a request asks for in a
 * `Lastbyte-Fault` header field. Without `root` and `source` it serves `/bytes/N`: N bytes, the same in
 * every run, which `sampleBytes` returns too.
 *
 * @returns when the server listens
 * @throws LastbyteError BAD_SETTING for an invalid option, and where NODE_ENV is `production`, unless
 *   `inProduction` is true; the error of node:net if it can't listen
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer()
 * const cut = { match: { path: '/bytes/5000' }, fault: { kind: 'truncate', at: 1000 }, times: 1 } as const
 * const armed = server.faults.arm(cut)
 * await assert.rejects((await fetch(`${server.url}/bytes/5000`)).arrayBuffer())
 * await server.faults.settled()
 * assert.equal(armed.journal()[0]?.written, 1000)
 * ```
 */
export async function faultServer(given?: FaultServerOptions): Promise<FaultListener> {
  const options = readOptions(given, FAULT_SERVER_OPTIONS)
  const server = await openServer(options)
  const { seed, token } = server
  const source = options.source && keptOpen(options.source)
  const shared = { ...options, ...(source && { source }) }
  return withScopes(server, () => openServer({ ...shared, seed, token, port: 0 }))
}

async function openServer(options: FaultServerOptions): Promise<FaultScope> {
  const {
    seed,
    inProduction,
    requests,
    host,
    port,
    tls,
    token,
    access,
    controlPrefix,
    logger,
    ...given
  } = options
  const { root, source, serve } = given
  const hasFiles = root !== undefined || source !== undefined || serve === false
  const files = hasFiles ? given : { ...given, source: SAMPLE_SOURCE }
  // An application may wait for its folder; a test that names a wrong one fails at once.
  for (const root of settleOptions(files).roots) new FileRoot(root)
  const faults = createServerFaults(options)
  const stubs = new Stubs()
  const app = await createServer({
    logger: loggerOf(options),
    tls,
    files: { shutdownGrace: 0, ...files, faults },
    first: (app) => addStubs(app, stubs, faults),
  })
  return listen(app, faults, stubs, options)
}

/** A source for scopes, whose end must not close the source of the server. */
function keptOpen(source: ByteSource): ByteSource {
  return {
    open: (key, request, signal) => source.open(key, request, signal),
    ...(source.cached && { cached: (key: string) => source.cached?.(key) }),
    ...(source.list && { list: source.list.bind(source) }),
    paths: source.paths,
    patience: source.patience,
  }
}
