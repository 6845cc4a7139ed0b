import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * The group to which the address of a client belongs. A client of IPv6 has a network of 64 bits (RFC 6177), whose
 * addresses it can change for each connection: they are one group. An IPv4 address is a group of its own, also
 * in its form within IPv6.
 *
 * @param address of a socket, or as a proxy wrote it: with a port, in brackets, or any text. A client of a Unix socket
 * has none, whatever the type of Fastify's `ip` says
 */
export function addressGroup(address: string | undefined): string {
  const parsed = parseAddress(address)
  if (parsed === undefined) return address?.slice(0, MOST_CHARACTERS) ?? ''
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}

/** Maximum characters of a group that is no address. */
const MOST_CHARACTERS = 64

/** An address without its port, brackets and zone; an IPv4 address where an IPv6 one contains it. */
export function parseAddress(address: string | undefined): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (address === undefined) return undefined
  const [, bracketed, withPort] = /^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(address) ?? []
  const [plain = ''] = (bracketed ?? withPort ?? address).split('%')
  // ipaddr.js also accepts short forms, such as `1` for 0.0.0.1.
  return isIP(plain) === 0 ? undefined : ipaddr.process(plain)
}

/** Networks that a list of trusted proxies may name instead of addresses. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/**
 * Whether an address is in a list of addresses, networks (`10.0.0.0/8`) and the names `loopback`, `linklocal` and
 * `uniquelocal`, separated by commas or spaces. undefined where an entry is none of these.
 */
export function addressList(list: string): ((address: string | undefined) => boolean) | undefined {
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== '')
  const networks = entries.flatMap((entry) => NAMED[entry] ?? [entry]).map(networkOf)
  if (networks.includes(undefined)) return undefined
  return (address) => {
    const parsed = parseAddress(address)
    return parsed !== undefined && networks.some((network) => network?.(parsed) === true)
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

function networkOf(entry: string): ((address: Address) => boolean) | undefined {
  const bare = isIP(entry) === 0 ? undefined : ipaddr.process(entry)
  if (bare !== undefined) return (address) => address.toString() === bare.toString()
  if (isIP(entry.replace(/\/.*$/, '')) === 0 || !ipaddr.isValidCIDR(entry)) return undefined
  const [network, bits] = plainNetwork(ipaddr.parseCIDR(entry))
  return (address) => address.kind() === network.kind() && address.match(network, bits)
}

/** A network of IPv4 addresses in their form within IPv6, as one of IPv4: addresses are compared in that form. */
function plainNetwork([network, bits]: [Address, number]): [Address, number] {
  const isMapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96
  return isMapped ? [network.toIPv4Address(), bits - 96] : [network, bits]
}

/** Whether an address is of this machine. */
export function isLoopback(address: string | undefined): boolean {
  return parseAddress(address)?.range() === 'loopback'
}
