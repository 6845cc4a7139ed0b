import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { NativeBindings } from '../native/bindings.js'
import { descriptorOf } from './socket-descriptor.js'

/** The network interfaces of this machine, as far as they matter to `RemotePeers`. */
export interface NetworkDevices {
  /** All addresses of this machine. */
  readonly own: ReadonlySet<string>
  /** Addresses of interfaces with a network device. */
  readonly local: ReadonlySet<string>
  /** Indexes of interfaces with a network device. */
  readonly interfaces: ReadonlySet<number>
}

/** ms for which the interfaces are not read again. */
const FRESH = 5_000

/**
 * Tells clients behind a network device, which get a copy of each page, from clients that share the page
 * cache: on this machine, or in a container or network namespace of it (loopback, veth, bridge, tap). Such a
 * client reads a page when it reads from its socket, long after its kernel has acknowledged it.
 */
export class RemotePeers {
  #devices: NetworkDevices | undefined
  #readAt = 0

  constructor(
    private readonly calls: Pick<NativeBindings, 'incomingInterface'>,
    private readonly read: () => NetworkDevices = readNetworkDevices,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether all that is known of a connection says that it leads through a network device. */
  has(socket: Socket): boolean {
    const descriptor = descriptorOf(socket)
    const { localAddress, remoteAddress } = socket
    if (descriptor === undefined || !localAddress || !remoteAddress) return false
    const local = plainAddress(localAddress)
    const remote = plainAddress(remoteAddress)
    if (local === remote) return false
    const { own, local: addresses, interfaces } = this.#current()
    if (own.has(remote) || !addresses.has(local)) return false
    // The address of a device can also be reached through a virtual interface, as from a container.
    return interfaces.has(this.calls.incomingInterface(descriptor))
  }

  #current(): NetworkDevices {
    const now = this.now()
    if (this.#devices === undefined || now - this.#readAt > FRESH) {
      this.#devices = this.read()
      this.#readAt = now
    }
    return this.#devices
  }
}

/** Reads the interfaces of Linux; elsewhere no interface is known to have a device. */
export function readNetworkDevices(
  addresses = networkInterfaces(),
  folder = '/sys/class/net',
): NetworkDevices {
  const own = new Set<string>()
  const local = new Set<string>()
  const interfaces = new Set<number>()
  for (const [label, entries = []] of Object.entries(addresses)) {
    // An additional address of eth0 may have the label eth0:1.
    const path = `${folder}/${label.replace(/:.*$/, '')}`
    // In a network namespace, /sys may still show that of its parent, with other interfaces of the same names.
    const isShown = entries.some(({ mac }) => mac === textOf(`${path}/address`).trim())
    const isDevice = isShown && hasDevice(path, folder)
    if (isDevice) interfaces.add(Number(textOf(`${path}/ifindex`)))
    for (const { address } of entries) {
      own.add(plainAddress(address))
      if (isDevice) local.add(plainAddress(address))
    }
  }
  return { own, local, interfaces }
}

/** Whether an interface is a network device, or a VLAN or bond of network devices. */
function hasDevice(path: string, folder: string): boolean {
  if (existsSync(`${path}/device`)) return true
  if (!/^DEVTYPE=(vlan|bond)$/m.test(textOf(`${path}/uevent`))) return false
  const lower = readdirSync(path).filter((name) => name.startsWith('lower_'))
  return lower.length > 0 && lower.every((name) => hasDevice(`${folder}/${name.slice(6)}`, folder))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** An address without its zone, and IPv4 without the prefix of a socket that accepts both. */
function plainAddress(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
}
