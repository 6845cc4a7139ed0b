import { describe, expect, it } from 'vitest'
import { originOf } from '../../src/cli/announced-origin.js'

const PLAIN = { TLS_CERT: '', PREFIX: '/' }

describe('originOf', () => {
  it.each([
    ['127.0.0.1', PLAIN, 'http://127.0.0.1:8080'],
    ['0.0.0.0', PLAIN, 'http://127.0.0.1:8080'],
    ['::', PLAIN, 'http://[::1]:8080'],
    ['192.0.2.1', PLAIN, 'http://192.0.2.1:8080'],
    ['127.0.0.1', { TLS_CERT: 'cert.pem', PREFIX: '/films/' }, 'https://127.0.0.1:8080/films'],
  ])('of a server at %s with %o is %s', (address, settings, url) => {
    expect(originOf(undefined, [{ address, port: 8080 }], settings)).toEqual({ url })
  })

  it('is that of the admin listener, without TLS and prefix', () => {
    const admin = { origin: { address: '::1', port: 9090 } }
    const settings = { TLS_CERT: 'cert.pem', PREFIX: '/films/' }
    expect(originOf(admin, [{ address: '0.0.0.0', port: 8080 }], settings)).toEqual({
      url: 'http://[::1]:9090',
    })
  })

  it('names the socket of the admin listener', () => {
    expect(originOf({ origin: { socket: '/run/a.sock' } }, [], PLAIN)).toEqual({
      url: 'http://localhost',
      socket: '/run/a.sock',
    })
  })

  it('names a Unix socket where there is no port', () => {
    const port = { address: '127.0.0.1', port: 8080 }
    expect(originOf(undefined, ['/run/a.sock', port], PLAIN)).toEqual({
      url: 'http://127.0.0.1:8080',
    })
    const settings = { TLS_CERT: 'cert.pem', PREFIX: '/films/' }
    expect(originOf(undefined, ['/run/a.sock'], settings)).toEqual({
      url: 'https://localhost/films',
      socket: '/run/a.sock',
    })
  })

  it('is undefined for a server that listens nowhere', () => {
    expect(originOf(undefined, [], PLAIN)).toBeUndefined()
  })
})
