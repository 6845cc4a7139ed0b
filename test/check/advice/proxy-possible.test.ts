import { expect, it } from 'vitest'
import { isProxyPossible } from '../../../src/check/advice/proxy-possible.js'
import { exchangeWith } from '../../fixture/exchange.js'

function responseOf(url: string, fields = {}) {
  const exchange = exchangeWith({ fields })
  return { ...exchange, request: { ...exchange.request, url: new URL(url) } }
}

it.each([
  ['http://127.0.0.1:8080/', false],
  ['http://127.1.2.3/', false],
  ['http://localhost:3000/', false],
  ['http://film.localhost/', false],
  ['https://[::1]/', false],
  ['http://192.168.0.1/', true],
  ['https://example.test/', true],
  ['https://127.example.test/', true],
])('a proxy may be between this machine and %s: %s', (url, expected) => {
  expect(isProxyPossible(responseOf(url))).toBe(expected)
})

it.each(['Via', 'Age', 'X-Cache', 'Cache-Status'])('the field %s is one of a proxy', (name) => {
  expect(isProxyPossible(responseOf('http://127.0.0.1/', { [name]: '1' }))).toBe(true)
})
