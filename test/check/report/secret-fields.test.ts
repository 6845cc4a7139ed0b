import { expect, it } from 'vitest'
import {
  isResponseSecret,
  isSecret,
  withoutSecretsOf,
} from '../../../src/check/report/secret-fields.js'
import { sentRequest } from '../../fixture/check-results.js'

it.each(['authorization', 'cookie', 'proxy-authorization', 'x-api-key', 'x-amz-security-token'])(
  'the value of %s is a secret',
  (name) => expect(isSecret(name)).toBe(true),
)

it.each(['range', 'if-range', 'if-none-match', 'accept-encoding', 'host', 'want-digest', 'origin'])(
  'the value of %s is shown',
  (name) => expect(isSecret(name)).toBe(false),
)

it('a text that quotes a secret field or the query of the request is shown without them', () => {
  const url = 'http://host/f?signature=abc'
  const request = sentRequest({ url, fields: { cookie: 'id=1234', range: 'bytes=0-0' } })
  const text = 'a redirect to /g?signature=abc with id=1234 and bytes=0-0'
  expect(withoutSecretsOf(request, text)).toBe('a redirect to /g?… with … and bytes=0-0')
})

it('a secret of few characters is not replaced in words', () => {
  const request = sentRequest({ url: 'http://host/f?a', fields: { 'x-key': 'b' } })
  expect(withoutSecretsOf(request, 'a bad range')).toBe('a bad range')
})

it.each([
  ['Set-Cookie', true],
  ['www-authenticate', true],
  ['Proxy-Authenticate', true],
  ['Authentication-Info', true],
  ['Proxy-Authentication-Info', true],
  ['ETag', false],
  ['Location', false],
])('whether the value of the response field %s is a secret: %s', (name, expected) =>
  expect(isResponseSecret(name)).toBe(expected),
)

it('a value of one parameter of the query is not shown, as it was sent or decoded', () => {
  const request = sentRequest({ url: 'http://host/go?x=1&sig=SECRET%2Fvalue' })
  const text = 'ftp://h/f?sig=SECRET%2Fvalue and "SECRET/value"'
  expect(withoutSecretsOf(request, text)).toBe('ftp://h/f?sig=… and "…"')
})

it('the user and password of Basic are not shown', () => {
  const authorization = `Basic ${Buffer.from('user:pass').toString('base64')}`
  expect(withoutSecretsOf(sentRequest({ fields: { authorization } }), '"user:pass"')).toBe('"…"')
})

it('a Referer, which may hold a token, is a secret', () => expect(isSecret('referer')).toBe(true))
