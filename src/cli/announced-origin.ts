import type { AdminListener } from './admin/admin-listener.js'
import { localOrigin } from './local-origin.js'
import { prefixOf } from './prefix.js'
import { type Bound, boundAddresses } from './serving-urls.js'
import type { Environment } from './settings/environment.js'

/** Where the pages for people who operate a server are reached, as it is printed. */
export interface AnnouncedOrigin {
  /** The URL to which `/-/…` is added. */
  readonly url: string
  /** The path of the socket that a client has to connect to; a browser can't. Default: none. */
  readonly socket?: string
}

/**
 * The origin of the admin listener, which has neither TLS nor a prefix; without one, that of the clients.
 *
 * @param bound where the server listens; one that listens at no port has the origin of its first Unix socket
 */
export function originOf(
  admin: Pick<AdminListener, 'origin'> | undefined,
  bound: readonly Bound[],
  settings: Pick<Environment, 'TLS_CERT' | 'PREFIX'>,
): AnnouncedOrigin | undefined {
  if (admin !== undefined) {
    const { origin } = admin
    if ('socket' in origin) return { url: 'http://localhost', socket: origin.socket }
    return { url: localOrigin(origin, { TLS_CERT: '' }) }
  }
  const prefix = prefixOf(settings)
  const [address] = boundAddresses(bound)
  if (address !== undefined) return { url: `${localOrigin(address, settings)}${prefix}` }
  const [socket] = bound
  if (typeof socket !== 'string') return undefined
  return { url: `${settings.TLS_CERT === '' ? 'http' : 'https'}://localhost${prefix}`, socket }
}
