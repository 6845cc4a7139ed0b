import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { LastbyteError } from '../../errors.js'

/** Whether an address is of this machine, a private network, or otherwise not of the public Internet. */
export function isPrivate(address: string): boolean {
  return !ipaddr.isValid(address) || ipaddr.process(address).range() !== 'unicast'
}

/** Whether a host is written as a private address: such a one is never looked up. */
export function isPrivateHost({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  return isIP(address) !== 0 && isPrivate(address)
}

/**
 * Looks a name up, and refuses it where any of its addresses is private. The connection is made to an
 * address that was looked at, so a name that changes in between leads nowhere else.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const bad = error ? undefined : addresses.find(({ address }) => isPrivate(address))
    const [first] = addresses ?? []
    if (error || first === undefined) callback(error ?? prohibited(hostname), '', 0)
    else if (bad !== undefined) callback(prohibited(hostname), '', 0)
    else if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

/** Why such a host is not asked. */
export function prohibited(host: string): LastbyteError {
  const message = `Cannot ask ${host}: its address is private, which is forbidden`
  return new LastbyteError('REFUSED', message, { host, proxyError: 'destination_ip_prohibited' })
}
