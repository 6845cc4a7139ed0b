import { describe, expect, it } from 'vitest'
import { drawToken, permits } from '../../src/admin/authorize.js'

describe('permits', () => {
  const request = (remoteAddress: string | undefined, headers: Record<string, string>) =>
    ({ headers, socket: { remoteAddress } }) as never
  const statusFor = (remoteAddress: string, headers: Record<string, string> = {}) =>
    permits(request(remoteAddress, headers), { token: 'secret', access: 'local' })?.status

  it.each<[string, string, Record<string, string>, number | undefined]>([
    ['a request of this machine', '127.0.0.1', { host: 'localhost:8080' }, undefined],
    [
      'a request of this machine by another loopback address',
      '127.8.9.1',
      { host: '127.0.0.1' },
      undefined,
    ],
    ['a request of this machine over IPv6', '::1', { host: '[::1]:8080' }, undefined],
    [
      'a request of this machine from an IPv4-mapped address',
      '::ffff:127.0.0.1',
      { host: 'localhost' },
      undefined,
    ],
    [
      'a request of this machine over HTTP/2',
      '127.0.0.1',
      { ':authority': 'localhost:8443' },
      undefined,
    ],
    [
      'a page of this machine',
      '127.0.0.1',
      { host: 'localhost:80', origin: 'http://localhost:80' },
      undefined,
    ],
    ['another machine', '192.0.2.1', { host: 'localhost' }, 403],
    ['another machine from an IPv4-mapped address', '::ffff:192.0.2.1', { host: 'localhost' }, 403],
    [
      'a request that a proxy of this machine forwards',
      '127.0.0.1',
      { host: 'localhost', 'x-forwarded-for': '192.0.2.1' },
      403,
    ],
    [
      'a page whose host name resolves to this machine',
      '127.0.0.1',
      { host: 'evil.example:8080' },
      403,
    ],
    [
      'a page of another site',
      '127.0.0.1',
      { host: 'localhost', origin: 'https://evil.example' },
      403,
    ],
    ['a page without an origin', '127.0.0.1', { host: 'localhost', origin: 'null' }, 403],
    ['another machine with the token', '192.0.2.1', { authorization: 'Bearer secret' }, undefined],
    ['another machine with another token', '192.0.2.1', { authorization: 'Bearer secrex' }, 401],
    ['another machine without a field', '192.0.2.1', {}, 403],
    ['this machine with a wrong token', '127.0.0.1', { authorization: 'Bearer no' }, 401],
    ['an empty token', '127.0.0.1', { authorization: 'Bearer ' }, 401],
    [
      'the token in another case of the scheme',
      '192.0.2.1',
      { authorization: 'bearer secret' },
      undefined,
    ],
    ['a password, which is no token', '192.0.2.1', { authorization: 'Basic secret' }, 403],
    ['the start of the token', '192.0.2.1', { authorization: 'Bearer secre' }, 401],
    [
      'a GET by a page of another site',
      '127.0.0.1',
      { host: 'localhost', 'sec-fetch-site': 'cross-site' },
      403,
    ],
    [
      'the address bar of a browser',
      '127.0.0.1',
      { host: 'localhost', 'sec-fetch-site': 'none' },
      undefined,
    ],
    ['a socket without an address, such as a Unix socket', '', { host: 'localhost' }, 403],
  ])(
    'with the access "local", of %s (address %s, fields %j) returns %s',
    (_who, address, headers, status) => {
      expect(statusFor(address, headers)).toBe(status)
    },
  )

  it.each([
    'forwarded',
    'x-forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'x-client-ip',
    'client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'x-envoy-external-address',
    'via',
  ])('refuses a request with the proxy field %s', (field) => {
    expect(statusFor('127.0.0.1', { host: 'localhost', [field]: 'x' })).toBe(403)
  })

  it.each<[string | undefined, Record<string, string>]>([
    ['127.0.0.1', { host: 'localhost:8080' }],
    ['::1', { host: '[::1]' }],
    ['127.0.0.1', { host: 'localhost', authorization: 'Bearer ' }],
    ['127.0.0.1', { host: 'localhost', authorization: 'Bearer guess' }],
    ['192.0.2.1', {}],
    [undefined, {}],
  ])(
    'with the access "token", refuses a request without the token from %s with the fields %j',
    (address, headers) => {
      const permission = { token: 'secret', access: 'token' } as const
      expect(permits(request(address, headers), permission)?.status).toBe(401)
      const authorized = { ...headers, authorization: 'Bearer secret' }
      expect(permits(request(address, authorized), permission)).toBeUndefined()
    },
  )

  it('says in the refusal how a request is permitted', () => {
    const detail = (access: 'token' | 'local') =>
      permits(request('192.0.2.1', {}), { token: 'secret', access })?.detail
    expect(detail('token')).toContain('Bearer TOKEN')
    expect(detail('local')).toContain('only this machine')
  })
})

describe('drawToken', () => {
  it('returns 48 characters that a shell passes unchanged, other ones at each call', () => {
    expect(drawToken()).toMatch(/^[0-9a-f]{48}$/)
    expect(drawToken()).not.toBe(drawToken())
  })
})

describe('permits, for a connection without an address', () => {
  const statusFor = (socket: object) =>
    permits({ headers: {}, socket } as never, { token: 'secret', access: 'local' })?.status

  it('permits one of a Unix socket, which is of this machine', () => {
    expect(statusFor({ server: { address: () => '/run/a.sock' } })).toBeUndefined()
  })

  it.each([
    ['that has no listener', {}],
    ['of a port, that is closed', { server: { address: () => ({ port: 80 }) } }],
    ['whose listener is closed', { server: { address: () => null } }],
  ])('refuses one %s', (_what, socket) => {
    expect(statusFor(socket)).toBe(403)
  })
})
