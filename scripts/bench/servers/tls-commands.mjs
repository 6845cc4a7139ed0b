import { join } from 'node:path'
import { tlsCaddyCommand } from './tls-caddy.mjs'
import { certificateIn } from './tls-certificate.mjs'
import { tlsNginxCommand } from './tls-nginx.mjs'

/**
 * The servers over TLS. Servers on Node are measured as such of HTTP/1.1 alone and of HTTP/2; the others speak both
 * at once.
 */
export const TLS_SERVERS = [
  ...['tls-lastbyte', 'tls-static', 'h2-lastbyte', 'h2-static'],
  ...['tls-nginx', 'tls-caddy'],
]

/**
 * The command of one of these servers for a folder.
 *
 * @param place a folder for files that it writes; the certificate is in its parent, the same for all
 */
export async function tlsCommand(name, folder, place) {
  const certificates = join(place, '..')
  // Before a server starts, so that each finds it.
  certificateIn(certificates)
  if (name === 'tls-nginx') return tlsNginxCommand(folder, certificates, place)
  if (name === 'tls-caddy') return tlsCaddyCommand(folder, certificates, place)
  const script = join(import.meta.dirname, `tls-${name.split('-')[1]}.mjs`)
  const protocol = name.startsWith('h2-') ? 'http2' : 'https'
  return {
    command: process.execPath,
    args: [script, folder, certificates, protocol],
    env: process.env,
  }
}
