import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  type NetworkDevices,
  RemotePeers,
  readNetworkDevices,
} from '../../src/delivery/remote-peers.js'
import { Folder } from '../fixture/files.js'

/** A connection with these addresses. */
function connection(localAddress?: string, remoteAddress?: string, fd = 7): Socket {
  return { localAddress, remoteAddress, _handle: { fd } } as unknown as Socket
}

const DEVICES: NetworkDevices = {
  own: new Set(['127.0.0.1', '::1', '192.0.2.2', '198.51.100.9', 'fe80::1', '172.17.0.1']),
  local: new Set(['192.0.2.2', 'fe80::1']),
  interfaces: new Set([4]),
}

/** Index of the interface through which the connection was established. */
const peersVia = (index: number, devices = DEVICES) =>
  new RemotePeers({ incomingInterface: () => index }, () => devices)

describe('A client is behind a network device', () => {
  it.each([
    ['IPv4', '192.0.2.2', '203.0.113.8'],
    ['IPv4 on a socket for both versions', '::ffff:192.0.2.2', '::ffff:203.0.113.8'],
    ['IPv6 with a zone', 'fe80::1%eth0', 'fe80::2%eth0'],
  ])('where addresses and interface say so: %s', (_what, local, remote) => {
    expect(peersVia(4).has(connection(local, remote))).toBe(true)
  })

  it.each([
    ['loopback', 1, '127.0.0.1', '127.0.0.1'],
    ['IPv6 loopback', 1, '::1', '::1'],
    ['the same address at both ends', 4, '192.0.2.2', '192.0.2.2'],
    ['another address of this machine', 4, '192.0.2.2', '198.51.100.9'],
    ['a mapped address of this machine', 4, '::ffff:192.0.2.2', '::ffff:198.51.100.9'],
    ['an address of an interface without a device', 9, '172.17.0.1', '172.17.0.2'],
    ['a container that uses the address of a device', 9, '192.0.2.2', '172.17.0.2'],
    ['an interface that is not known', -22, '192.0.2.2', '203.0.113.8'],
    ['an address that is not known', 4, '192.0.2.77', '203.0.113.8'],
    ['a Unix socket', 4, undefined, undefined],
    ['a client that has left', 4, '192.0.2.2', undefined],
  ])('not with %s', (_what, index, local, remote) => {
    expect(peersVia(index).has(connection(local, remote))).toBe(false)
  })

  it('not where the connection is closed', () => {
    expect(peersVia(4).has(connection('192.0.2.2', '203.0.113.8', -1))).toBe(false)
  })

  it('by interfaces that are read again after 5 s', () => {
    let now = 0
    let reads = 0
    const read = () => {
      reads += 1
      return DEVICES
    }
    const peers = new RemotePeers({ incomingInterface: () => 4 }, read, () => now)
    for (const time of [0, 5_000, 5_001, 9_000]) {
      now = time
      expect(peers.has(connection('192.0.2.2', '203.0.113.8'))).toBe(true)
    }
    expect(reads).toBe(2)
  })
})

describe('readNetworkDevices', () => {
  const MAC = '02:fc:00:00:00:01'

  /** A folder in the form of /sys/class/net. */
  function sysfs(): Folder {
    const folder = new Folder({
      'lo/ifindex': '1\n',
      'eth0/ifindex': '4\n',
      'eth1/ifindex': '5\n',
      'veth0/ifindex': '6\n',
      'docker0/ifindex': '7\n',
      'docker0/uevent': 'DEVTYPE=bridge\nINTERFACE=docker0\n',
      'bond0/ifindex': '8\n',
      'bond0/uevent': 'DEVTYPE=bond\nINTERFACE=bond0\n',
      'bond0.7/ifindex': '9\n',
      'bond0.7/uevent': 'DEVTYPE=vlan\nINTERFACE=bond0.7\n',
      'veth0.3/ifindex': '10\n',
      'veth0.3/uevent': 'DEVTYPE=vlan\nINTERFACE=veth0.3\n',
      'bond1/ifindex': '11\n',
      'bond1/uevent': 'DEVTYPE=bond\nINTERFACE=bond1\n',
    })
    for (const name of readdirSync(folder.path)) folder.write(`${name}/address`, `${MAC}\n`)
    for (const name of ['eth0', 'eth1']) mkdirSync(folder.at(`${name}/device`))
    for (const [name, lower] of [
      ['docker0', 'eth0'],
      ['bond0', 'eth0'],
      ['bond0', 'eth1'],
      ['bond0.7', 'bond0'],
      ['veth0.3', 'veth0'],
    ]) {
      symlinkSync(`../${lower}`, folder.at(`${name}/lower_${lower}`))
    }
    return folder
  }

  const address = (text: string, mac = MAC) => [{ address: text, mac }] as never

  it('tells devices, and VLANs and bonds of them, from virtual interfaces', () => {
    using folder = sysfs()
    const interfaces = {
      lo: address('127.0.0.1'),
      eth0: address('10.0.0.1'),
      'eth1:2': address('10.0.0.2'),
      veth0: address('10.0.0.3'),
      docker0: address('10.0.0.4'),
      bond0: address('10.0.0.5'),
      'bond0.7': address('fe80::5%bond0.7'),
      'veth0.3': address('10.0.0.6'),
      bond1: address('10.0.0.7'),
      gone: address('10.0.0.8'),
    }
    const { own, local, interfaces: indexes } = readNetworkDevices(interfaces, folder.path)
    expect(own.size).toBe(10)
    expect([...local]).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.5', 'fe80::5'])
    expect([...indexes]).toEqual([4, 5, 8, 9])
  })

  it('knows no device of another network namespace, whose interfaces /sys may show', () => {
    using folder = sysfs()
    const inside = { eth0: address('10.0.0.1', '02:fc:00:00:00:99') }
    const { own, local, interfaces } = readNetworkDevices(inside, folder.path)
    expect([own.size, local.size, interfaces.size]).toEqual([1, 0, 0])
  })

  it('knows that loopback is no network device', () => {
    const { own, local } = readNetworkDevices()
    expect(own).toContain('127.0.0.1')
    expect(local).not.toContain('127.0.0.1')
  })
})
