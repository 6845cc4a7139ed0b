import type { AdminListener } from './admin/admin-listener.js'
import { localOrigin } from './local-origin.js'
import { prefixOf } from './prefix.js'
import type { BoundAddress } from './serving-urls.js'
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
 * @param address at which the server listens; undefined for one that listens at no port
 */
export function originOf(
  admin: Pick<AdminListener, 'origin'> | undefined,
  address: BoundAddress | undefined,
  settings: Pick<Environment, 'TLS_CERT' | 'PREFIX'>,
): AnnouncedOrigin | undefined {
  if (admin !== undefined) {
    const { origin } = admin
    if ('socket' in origin) return { url: 'http://localhost', socket: origin.socket }
    return { url: localOrigin(origin, { TLS_CERT: '' }) }
  }
  return address && { url: `${localOrigin(address, settings)}${prefixOf(settings)}` }
}
