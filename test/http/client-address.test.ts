import { describe, expect, it } from 'vitest'
import { addressGroup, addressList, isLoopback } from '../../src/http/client-address.js'

describe('addressGroup', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['x'.repeat(99), 'x'.repeat(64)],
    [undefined, ''],
  ])('of %s is %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })
})

describe('addressList', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['::ffff:0:0/96', '11.1.2.3', true],
    ['::/1', '::1', true],
    ['192.0.2.1, 192.0.2.2', '192.0.2.2', true],
    ['192.0.2.1 192.0.2.2', '192.0.2.3', false],
    ['2001:db8::/32', '2001:db8::1', true],
    ['2001:db8::/32', '10.0.0.1', false],
    ['loopback', '127.0.0.1', true],
    ['loopback', '::1', true],
    ['uniquelocal', '172.16.0.1', true],
    ['linklocal', 'fe80::1%eth0', true],
    ['', '127.0.0.1', false],
    ['loopback', 'unknown', false],
    ['loopback', undefined, false],
  ])('of %j with %s is %s', (list, address, expected) => {
    expect(addressList(list)?.(address)).toBe(expected)
  })

  it.each(['proxy.example', '10.0.0.0/99', '10.0.0', '1'])('refuses %j', (list) => {
    expect(addressList(list)).toBeUndefined()
  })
})

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['::ffff:127.1.2.3', true],
    ['::1', true],
    ['192.0.2.1', false],
    ['localhost', false],
    [undefined, false],
  ])('of %s is %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected)
  })
})
