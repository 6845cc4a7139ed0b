import { describe, expect, it } from 'vitest'
import {
  isPrivate,
  isPrivateHost,
  lookupPublic,
  prohibited,
} from '../../../src/source/upstream/private-address.js'

const ADDRESSES: [string, boolean][] = [
  ['8.8.8.8', false],
  ['2606:4700::1111', false],
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['192.168.1.1', true],
  ['169.254.169.254', true],
  ['100.64.0.1', true],
  ['0.0.0.0', true],
  ['224.0.0.1', true],
  ['::1', true],
  ['::', true],
  ['fe80::1', true],
  ['fd00::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:8.8.8.8', false],
  ['2001:4860:4860::8888', false],
  ['192.0.0.8', true],
  ['192.0.2.1', true],
  ['198.18.0.1', true],
  ['198.19.255.255', true],
  ['198.51.100.1', true],
  ['203.0.113.1', true],
  ['240.0.0.1', true],
  ['255.255.255.255', true],
  ['0.1.2.3', true],
  ['::127.0.0.1', true],
  ['::10.0.0.1', true],
  ['::169.254.169.254', true],
  ['::8.8.8.8', true],
  ['::2', true],
  ['::ffff:10.0.0.1', true],
  ['::ffff:a9fe:a9fe', true],
  ['::ffff:0:127.0.0.1', true],
  ['64:ff9b::127.0.0.1', true],
  ['64:ff9b:1::127.0.0.1', true],
  ['2002:7f00:1::', true],
  ['2002:a9fe:a9fe::1', true],
  ['2001:0:7f00:1::', true],
  ['2001:db8::1', true],
  ['100::1', true],
  ['fec0::1', true],
  ['feb0::1', true],
  ['fc00::1', true],
  ['ff02::1', true],
  ['4000::1', true],
  ['8000::127.0.0.1', true],
]

describe('isPrivate', () => {
  it.each([...ADDRESSES, ['no address', true] as const])('of %s is %s', (address, expected) => {
    expect(isPrivate(address)).toBe(expected)
  })
})

describe('isPrivateHost', () => {
  it.each(ADDRESSES)('of a URL with %s is %s', (address, expected) => {
    const host = address.includes(':') ? `[${address}]` : address
    expect(isPrivateHost(new URL(`http://${host}:8080/`))).toBe(expected)
  })

  it.each([
    ['http://2130706433/', true],
    ['http://0x7f.1/', true],
    ['http://017700000001/', true],
    ['http://127.1/', true],
    ['http://127.0.0.1./', true],
    ['http://0/', true],
    ['http://[::127.0.0.1]/', true],
    ['http://[0:0:0:0:0:0:7f00:1]/', true],
    ['http://[::ffff:127.1.2.3]/', true],
    ['http://%31%32%37.0.0.1/', true],
    ['http://①②⑦.0.0.1/', true],
    ['http://localhost/', false],
  ])('of %s is %s: numbers are addresses, names are left to the lookup', (url, expected) => {
    expect(isPrivateHost(new URL(url))).toBe(expected)
  })
})

describe('lookupPublic', () => {
  it.each([{ all: true }, { all: false }])(
    'refuses a name with a private address, with %j',
    async (options) => {
      const error = await new Promise((resolve) => lookupPublic('localhost', options, resolve))
      expect(error).toMatchObject({
        code: 'REFUSED',
        facts: { host: 'localhost', proxyError: 'destination_ip_prohibited' },
      })
    },
  )

  it.each([{ all: true }, { all: false }])(
    'resolves a public address literal, with %j',
    async (options) => {
      const result = await new Promise((resolve) =>
        lookupPublic('8.8.8.8', options, (error, address, family) =>
          resolve([error, address, family]),
        ),
      )
      expect(result).toEqual(
        options.all ? [null, [{ address: '8.8.8.8', family: 4 }], undefined] : [null, '8.8.8.8', 4],
      )
    },
  )
})

it('prohibited names the host and the option', () => {
  expect(prohibited('h').message).toBe(
    'Cannot request h: its address is private, and forbidPrivate is set',
  )
})
