import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { parseAdminAddress } from '../../../src/cli/admin/admin-address.js'

it.each([
  ['', { kind: 'public' }],
  ['9090', { kind: 'port', host: '127.0.0.1', port: 9090 }],
  ['0', { kind: 'port', host: '127.0.0.1', port: 0 }],
  ['65535', { kind: 'port', host: '127.0.0.1', port: 65_535 }],
  ['0.0.0.0:9090', { kind: 'port', host: '0.0.0.0', port: 9090 }],
  ['localhost:9090', { kind: 'port', host: 'localhost', port: 9090 }],
  ['[::1]:9090', { kind: 'port', host: '::1', port: 9090 }],
  ['[fe80::1%eth0]:9090', { kind: 'port', host: 'fe80::1%eth0', port: 9090 }],
  ['/run/a.sock', { kind: 'socket', path: '/run/a.sock' }],
  ['unix:/run/a b.sock', { kind: 'socket', path: '/run/a b.sock' }],
  ['unix:a.sock', { kind: 'socket', path: resolve('a.sock') }],
])('parseAdminAddress reads %j', (text, address) => {
  expect(parseAdminAddress(text)).toEqual(address)
})

it.each([
  ['a port above 65535', '65536'],
  ['a negative port', '-1'],
  ['a host without a port', '127.0.0.1'],
  ['a host with an empty port', '127.0.0.1:'],
  ['a port without a host', ':9090'],
  ['an IPv6 address without brackets', '::1:9090'],
  ['empty brackets', '[]:9090'],
  ['a relative path', 'run/a.sock'],
  ['a URL', 'http://127.0.0.1:9090'],
  ['a socket without a path', 'unix:'],
  ['a folder', '/run/'],
  ['a path with a zero', '/run/a\0b'],
  ['a space', ' 9090'],
])('parseAdminAddress refuses %s', (_what, text) => {
  expect(parseAdminAddress(text)).toBeUndefined()
})
