import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { type Interfaces, servingUrls } from '../../src/cli/serving-urls.js'

function info(address: string, internal = false): NetworkInterfaceInfo {
  const shared = { address, netmask: '', mac: '', internal, cidr: null }
  return address.includes(':')
    ? { ...shared, family: 'IPv6', scopeid: 0 }
    : { ...shared, family: 'IPv4' }
}

const INTERFACES: Interfaces = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  docker0: [info('172.17.0.1')],
  eth0: [info('192.168.1.5'), info('2001:db8::5'), info('fe80::5')],
  wlan0: [info('169.254.7.7'), info('10.0.0.9'), info('fd00::9')],
  gone: undefined,
}

const at = (...addresses: string[]) => addresses.map((address) => ({ address, port: 8080 }))

describe('servingUrls', () => {
  it('has all IPv4 addresses but link-local ones for 0.0.0.0, those of containers last', () => {
    expect(servingUrls('http', at('0.0.0.0'), INTERFACES)).toEqual({
      local: 'http://127.0.0.1:8080/',
      network: ['http://192.168.1.5:8080/', 'http://10.0.0.9:8080/', 'http://172.17.0.1:8080/'],
    })
  })

  it('has IPv6 addresses in brackets too for ::, behind those of IPv4', () => {
    expect(servingUrls('https', at('::'), INTERFACES)).toEqual({
      local: 'https://127.0.0.1:8080/',
      network: [
        'https://192.168.1.5:8080/',
        'https://10.0.0.9:8080/',
        'https://172.17.0.1:8080/',
        'https://[2001:db8::5]:8080/',
        'https://[fd00::9]:8080/',
      ],
    })
  })

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080/'],
    ['127.9.9.9', 'http://127.9.9.9:8080/'],
    ['::1', 'http://[::1]:8080/'],
  ])('has no URL of the network for a server at %s', (address, local) => {
    expect(servingUrls('http', at(address), INTERFACES)).toEqual({ local, network: [] })
  })

  it.each([
    ['192.168.1.5', 'http://192.168.1.5:8080/'],
    ['2001:db8::5', 'http://[2001:db8::5]:8080/'],
    ['fe80::5%eth0', 'http://[fe80::5%25eth0]:8080/'],
  ])('has only the URL of the address for a server at %s', (address, url) => {
    expect(servingUrls('http', at(address), INTERFACES)).toEqual({
      local: undefined,
      network: [url],
    })
  })

  it('has one local URL for the two addresses of localhost', () => {
    expect(servingUrls('http', at('127.0.0.1', '::1'), INTERFACES)).toEqual({
      local: 'http://127.0.0.1:8080/',
      network: [],
    })
  })

  it('has no URL of the network where no interface is up', () => {
    const { lo } = INTERFACES
    expect(servingUrls('http', at('0.0.0.0'), { lo })).toEqual({
      local: 'http://127.0.0.1:8080/',
      network: [],
    })
  })
})
