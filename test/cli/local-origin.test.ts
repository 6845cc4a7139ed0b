import { expect, it } from 'vitest'
import { localOrigin } from '../../src/cli/local-origin.js'

it.each([
  ['127.0.0.1', '', 'http://127.0.0.1:8080'],
  ['0.0.0.0', '', 'http://127.0.0.1:8080'],
  ['::', '', 'http://[::1]:8080'],
  ['2001:db8::1', 'cert.pem', 'https://[2001:db8::1]:8080'],
  ['fe80::1%eth0', '', 'http://[fe80::1%25eth0]:8080'],
])('localOrigin of a server at %s with the certificate %j is %s', (address, TLS_CERT, origin) => {
  expect(localOrigin({ address, port: 8080 }, { TLS_CERT })).toBe(origin)
})
