import type { AddressInfo } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { isLoopback, parseAddress } from '../http/client-address.js'

/** The URLs at which a server is reached. */
export interface ServingUrls {
  /** From the machine itself; undefined where the server listens at an address of the network alone. */
  readonly local: string | undefined
  /** From other machines, those of physical networks first. */
  readonly network: readonly string[]
}

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** The members of `AddressInfo` that are read. */
export type BoundAddress = Pick<AddressInfo, 'address' | 'port'>

/** Where a server listens: the path of a Unix socket is a string. */
export type Bound = BoundAddress | string

/** Those that are an address and a port. */
export function boundAddresses(bound: readonly Bound[]): BoundAddress[] {
  return bound.filter((each): each is BoundAddress => typeof each === 'object')
}

/** Interfaces of containers, virtual machines and tunnels, through which no phone reaches this machine. */
const VIRTUAL =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|vEthernet|cni|flannel|podman|lxc|lxdbr|utun|tun|tap|wg|tailscale|zt)/

/**
 * The URLs of a server by the addresses at which it listens. A wildcard address (`0.0.0.0`, `::`) stands for all
 * addresses of the interfaces. Link-local ones are left out: a browser can't use them without a zone.
 *
 * @param interfaces from `os.networkInterfaces()`
 */
export function servingUrls(
  scheme: 'http' | 'https',
  bound: readonly BoundAddress[],
  interfaces: Interfaces,
): ServingUrls {
  const urlOf = (address: string, port: number) => `${scheme}://${inUrl(address)}:${port}/`
  const addresses = bound.flatMap(({ address, port }) =>
    addressesOf(address, interfaces).map((each) => ({ address: each, port })),
  )
  const isLocal = ({ address }: BoundAddress) => isLoopback(address)
  const local = addresses.find(isLocal)
  const network = addresses
    .filter((each) => !isLocal(each))
    .map((each) => urlOf(each.address, each.port))
  return {
    local: local && urlOf(local.address, local.port),
    network: [...new Set(network)],
  }
}

function addressesOf(bound: string, interfaces: Interfaces): string[] {
  if (bound === '0.0.0.0') return ['127.0.0.1', ...external(interfaces, ['IPv4'])]
  // Node listens at `::` for IPv4 too, where the machine has IPv6.
  if (bound === '::') return ['127.0.0.1', ...external(interfaces, ['IPv4', 'IPv6'])]
  return [bound]
}

function external(interfaces: Interfaces, families: readonly string[]): string[] {
  const names = Object.keys(interfaces)
  const ordered = [
    ...names.filter((name) => !VIRTUAL.test(name)),
    ...names.filter((name) => VIRTUAL.test(name)),
  ]
  const found = ordered
    .flatMap((name) => interfaces[name] ?? [])
    .filter(({ internal }) => !internal)
  return families.flatMap((family) =>
    found
      .filter((each) => each.family === family && !isLinkLocal(each.address))
      .map(({ address }) => address),
  )
}

function isLinkLocal(address: string): boolean {
  return parseAddress(address)?.range() === 'linkLocal'
}

/** An address in a URL: that of IPv6 in brackets (RFC 3986 §3.2.2). */
function inUrl(address: string): string {
  return address.includes(':') ? `[${address.replace('%', '%25')}]` : address
}
