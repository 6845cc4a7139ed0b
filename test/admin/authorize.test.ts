import { describe, expect, it } from 'vitest'
import { permits } from '../../src/admin/authorize.js'

describe('permits', () => {
  const statusFor = (remoteAddress: string, headers: Record<string, string> = {}, token?: string) =>
    permits({ headers, socket: { remoteAddress } } as never, { token })?.status

  it.each<[string, string, Record<string, string>, string | undefined, number | undefined]>([
    ['a request of this machine', '127.0.0.1', { host: 'localhost:8080' }, undefined, undefined],
    [
      'a request of this machine by another loopback address',
      '127.8.9.1',
      { host: '127.0.0.1' },
      undefined,
      undefined,
    ],
    ['a request of this machine over IPv6', '::1', { host: '[::1]:8080' }, undefined, undefined],
    [
      'a request of this machine from an IPv4-mapped address',
      '::ffff:127.0.0.1',
      { host: 'localhost' },
      undefined,
      undefined,
    ],
    [
      'a request of this machine over HTTP/2',
      '127.0.0.1',
      { ':authority': 'localhost:8443' },
      undefined,
      undefined,
    ],
    [
      'a page of this machine',
      '127.0.0.1',
      { host: 'localhost:80', origin: 'http://localhost:80' },
      undefined,
      undefined,
    ],
    ['another machine', '192.0.2.1', { host: 'localhost' }, undefined, 403],
    [
      'another machine from an IPv4-mapped address',
      '::ffff:192.0.2.1',
      { host: 'localhost' },
      undefined,
      403,
    ],
    [
      'a request that a proxy of this machine forwards',
      '127.0.0.1',
      { host: 'localhost', 'x-forwarded-for': '192.0.2.1' },
      undefined,
      403,
    ],
    [
      'a page whose host name resolves to this machine',
      '127.0.0.1',
      { host: 'evil.example:8080' },
      undefined,
      403,
    ],
    [
      'a page of another site',
      '127.0.0.1',
      { host: 'localhost', origin: 'https://evil.example' },
      undefined,
      403,
    ],
    [
      'a page without an origin',
      '127.0.0.1',
      { host: 'localhost', origin: 'null' },
      undefined,
      403,
    ],
    [
      'another machine with the token',
      '192.0.2.1',
      { authorization: 'Bearer secret' },
      'secret',
      undefined,
    ],
    [
      'another machine with another token',
      '192.0.2.1',
      { authorization: 'Bearer secrex' },
      'secret',
      401,
    ],
    ['another machine without the token', '192.0.2.1', {}, 'secret', 401],
    [
      'a token where the server has none',
      '192.0.2.1',
      { authorization: 'Bearer ' },
      undefined,
      403,
    ],
    ['this machine with a wrong token', '127.0.0.1', { authorization: 'Bearer no' }, 'secret', 401],
    ['this machine where a token is set', '127.0.0.1', { host: 'localhost' }, 'secret', 401],
  ])(
    'of %s (address %s, fields %j, token %s) returns %s',
    (_who, address, headers, token, status) => {
      expect(statusFor(address, headers, token)).toBe(status)
    },
  )

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'])(
    'refuses a request with the proxy field %s',
    (field) => {
      expect(statusFor('127.0.0.1', { host: 'localhost', [field]: 'x' })).toBe(403)
    },
  )

  it('says in the refusal how a request is permitted', () => {
    const request = { headers: {}, socket: { remoteAddress: '192.0.2.1' } } as never
    expect(permits(request, { token: 'secret' })?.detail).toContain('Bearer TOKEN')
    expect(permits(request, {})?.detail).toContain('only this machine')
  })
})
