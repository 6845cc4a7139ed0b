import { parseUrl } from '../http/parse-url.js'
import { UpstreamClient } from '../source/upstream/upstream-client.js'
import { settleUpstream } from '../source/upstream/upstream-options.js'
import { sourceFrom } from '../source/upstream/upstream-source.js'
import { forwardMethods } from './forward-methods.js'
import type { Environment } from './settings/environment.js'
import { startServer } from './start-server.js'
import { usageError } from './usage-error.js'

/** Serves the resources of another server until a signal stops it. @throws LastbyteError BAD_SETTING */
export async function proxy(origin: string, environment: Environment): Promise<void> {
  const { SOURCE_TIMEOUT, RETRY_FOR, OPEN_FOR, READ_AHEAD, REDIRECTS } = environment
  checkOrigin(origin)
  const settings = settleUpstream(
    {
      origin,
      forward: 'all',
      forwarded: environment.FORWARDED,
      forbidPrivate: environment.FORBID_PRIVATE,
      insecure: environment.INSECURE,
      verify: environment.VERIFY,
      redirects: REDIRECTS.split(/[\s,]+/).filter((each) => each !== ''),
      stall: SOURCE_TIMEOUT,
      retryFor: RETRY_FOR,
      openFor: OPEN_FOR,
      readAhead: READ_AHEAD,
    },
    'site',
  )
  const upstream = new UpstreamClient(settings)
  await startServer(environment, {
    source: sourceFrom(upstream),
    // Without --max-age, Cache-Control is the origin's, or absent if it sends none.
    files: { cacheControl: environment.MAX_AGE > 0 || environment.IMMUTABLE },
    passOthers: (app) =>
      forwardMethods(app, upstream, {
        stallTimeout: environment.STALL_TIMEOUT,
        shutdownGrace: environment.SHUTDOWN_GRACE,
      }),
  })
}

/** @throws LastbyteError BAD_SETTING */
function checkOrigin(origin: string): void {
  if (parseUrl(origin) !== undefined && /^https?:/.test(origin)) return
  throw usageError('origin', 'expected a URL such as https://origin.example/files', origin)
}
