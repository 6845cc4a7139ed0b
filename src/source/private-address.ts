import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { LastbyteError } from '../errors.js'

/** Whether an address is of this machine, a private network, or otherwise not of the public Internet. */
export function isPrivate(address: string): boolean {
  return !ipaddr.isValid(address) || ipaddr.process(address).range() !== 'unicast'
}

/** Refuses a host that is written as a private address. @throws LastbyteError REFUSED */
export function forbidPrivateHost({ hostname }: URL): void {
  const address = hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && isPrivate(address)) throw prohibited(hostname, address)
}

/**
 * Looks a name up, and refuses it where any of its addresses is private. The connection is made to an
 * address that was looked at, so a name that changes in between leads nowhere else.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const bad = error ? undefined : addresses.find(({ address }) => isPrivate(address))
    const [first] = addresses ?? []
    if (error || first === undefined) callback(error ?? prohibited(hostname, 'nothing'), '', 0)
    else if (bad !== undefined) callback(prohibited(hostname, bad.address), '', 0)
    else if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

function prohibited(host: string, address: string): LastbyteError {
  const message = `Cannot ask ${host}: ${address} is a private address, which is forbidden`
  return new LastbyteError('REFUSED', message, { host, proxyError: 'destination_ip_prohibited' })
}
