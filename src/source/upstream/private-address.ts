import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { LastbyteError } from '../../errors.js'

/** Whether an address is of this machine, a private network, or otherwise not on the public Internet. */
export function isPrivate(address: string): boolean {
  return !ipaddr.isValid(address) || ipaddr.process(address).range() !== 'unicast'
}

/** Whether a URL's host is a private address literal, for which no DNS lookup takes place. */
export function isPrivateHost({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  return isIP(address) !== 0 && isPrivate(address)
}

/**
 * A DNS lookup that refuses a name if any of its addresses is private. The connection is made to an
 * address of this very lookup, so that DNS rebinding can't lead to another one.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const found = error ? undefined : addresses.find(({ address }) => isPrivate(address))
    const [first] = addresses ?? []
    if (error || first === undefined) callback(error ?? prohibited(hostname), '', 0)
    else if (found !== undefined) callback(prohibited(hostname), '', 0)
    else if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

/** The error for a host whose address is private. */
export function prohibited(host: string): LastbyteError {
  const message = `Cannot request ${host}: its address is private, and forbidPrivate is set`
  return new LastbyteError('REFUSED', message, { host, proxyError: 'destination_ip_prohibited' })
}
