import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, isIPv6, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { LastbyteError } from '../../errors.js'

/** Whether an address is of this machine, a private network, or otherwise not on the public Internet. */
export function isPrivate(address: string): boolean {
  const parsed = parse(address)
  if (parsed === undefined) return true
  if (parsed.range() !== 'unicast') return true
  // All other addresses of IPv6 are of no public network, such as IPv4-compatible ones (`::127.0.0.1`).
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST)
}

function parse(address: string) {
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) return ipaddr.isValid(plain) ? ipaddr.parse(plain) : undefined
  // ipaddr.js takes the dotted form `::8.8.8.8` for `::ffff:8.8.8.8`; a URL has no dotted form.
  return ipaddr.process(new URL(`http://[${plain}]`).hostname.slice(1, -1))
}

/** The only part of IPv6 from which public addresses have been assigned (RFC 4291 §2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

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
