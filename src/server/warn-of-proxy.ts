import type { FastifyInstance } from 'fastify'

/** What proxies request for themselves, such as `/-/healthz`, has no client. */
const OWN = '/-/'

/**
 * Warns once where a trusted proxy names no client: its requests are counted for no address, so that no limit of
 * addresses applies to the clients behind it.
 */
export function warnOfSilentProxy(
  app: FastifyInstance,
  isTrusted: (address: string) => boolean,
): void {
  let isWarned = false
  app.addHook('onRequest', async ({ ip, raw }) => {
    // An injected request has no connection.
    const proxy = raw.socket.remotePort === undefined ? undefined : raw.socket.remoteAddress
    if (isWarned || proxy === undefined || raw.url?.startsWith(OWN)) return
    if (!isTrusted(proxy) || !isTrusted(ip)) return
    isWarned = true
    const received =
      raw.headers['x-forwarded-for'] === undefined ? 'none' : 'only trusted addresses'
    app.log.warn(
      { proxy, received },
      'A trusted proxy names no client in X-Forwarded-For: no limit of addresses applies to its requests',
    )
  })
}
