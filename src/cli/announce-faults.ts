import type { AddressInfo } from 'node:net'
import type { Environment } from './settings/environment.js'

type Announced = Pick<Environment, 'FAULT_TOKEN' | 'TLS_CERT'>

/** A rule to begin with: the next response ends after 1000 bytes. */
const EXAMPLE = '{"fault":{"kind":"truncate","at":1000},"times":1}'

/**
 * Prints on stderr how a rule is armed at the server that listens: the line for curl, with the token if it was
 * drawn. A token that was given is a secret of the user's, and isn't printed.
 */
export function announceFaults(
  address: AddressInfo | string | null,
  { FAULT_TOKEN, TLS_CERT }: Announced,
  token: string,
): void {
  if (address === null || typeof address === 'string') return
  const url = `${TLS_CERT === '' ? 'http' : 'https'}://${reachable(address)}:${address.port}`
  const shown = FAULT_TOKEN === '' ? token : '$FAULT_TOKEN'
  const told = FAULT_TOKEN === '' ? `The token of this run is ${token}. ` : ''
  process.stderr.write(
    `lastbyte: faults are on. ${told}To arm one:\n` +
      `  curl -H "Authorization: Bearer ${shown}" --json '${EXAMPLE}' ${url}/-/faults\n`,
  )
}

/** An address of this machine at which a server is reached that listens at all addresses. */
function reachable({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  if (family !== 'IPv6') return address
  return `[${address === '::' ? '::1' : address}]`
}
