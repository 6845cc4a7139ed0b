import type { BoundAddress } from './serving-urls.js'
import type { Environment } from './settings/environment.js'

/** The origin of a server, as this machine reaches it: one that listens at all addresses at that of the machine itself. */
export function localOrigin(
  { address, port }: BoundAddress,
  { TLS_CERT }: Pick<Environment, 'TLS_CERT'>,
): string {
  const scheme = TLS_CERT === '' ? 'http' : 'https'
  return `${scheme}://${reachable(address)}:${port}`
}

function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  if (!address.includes(':')) return address
  return `[${address === '::' ? '::1' : address.replace('%', '%25')}]`
}
