import { expect, it } from 'vitest'
import { encodeBytes, resolveLocation, withoutEchoedHost } from '../../src/http/location.js'

const base = new URL('http://origin.example/a/b?q')
const bytes = (text: string) => Buffer.from(text).toString('latin1')

it.each([
  [bytes('/ä'), 'http://origin.example/%C3%A4'],
  [bytes('日本?é=ü'), 'http://origin.example/a/%E6%97%A5%E6%9C%AC?%C3%A9=%C3%BC'],
  [bytes('http://other.example/ä'), 'http://other.example/%C3%A4'],
  ['/\xe4', 'http://origin.example/%E4'],
  ['/%C3%A4%2f', 'http://origin.example/%C3%A4%2f'],
  ['//other.example/x', 'http://other.example/x'],
  ['', 'http://origin.example/a/b?q'],
])('the Location %j leads to %s', (location, want) => {
  expect(resolveLocation(location, base)?.href).toBe(want)
})

it.each(['http://', 'http://[::1', 'http://a:b/'])('the Location %j leads nowhere', (location) => {
  expect(resolveLocation(location, base)).toBeUndefined()
})

it('encodeBytes leaves ASCII as it is, with percent signs and reserved characters', () => {
  expect(encodeBytes('/a%2F b?c=d#\x80')).toBe('/a%2F b?c=d#%80')
})

it.each([
  ['//evil.example/', '//evil.example', '/.//evil.example/'],
  ['//EVIL.example/?a#b', '//evil.EXAMPLE', '/.//EVIL.example/?a#b'],
  ['///evil.example/', '///evil.example', '/.//evil.example/'],
  ['/\\evil.example/', '/%5cevil.example', '/.//evil.example/'],
  ['\\\\evil.example/', '/%5c%5cevil.example', '/.//evil.example/'],
  ['//evil.example/', '/%2Fevil.example', '/.//evil.example/'],
  ['//evil.example/', '/%252Fevil.example', '/.//evil.example/'],
  ['/\t/evil.example/', '/%09/evil.example', '/.//evil.example/'],
  ['//evil.example?/', '/%2fevil.example%3f', '/.//evil.example?/'],
  ['//me@evil.example:80/', '//me@evil.example:80', '/.//me@evil.example:80/'],
  ['//evil.example/', '/x/..//evil.example', '/.//evil.example/'],
  ['//evil.example/', '/evil.example', '/.//evil.example/'],
  ['//cdn.example/f', '/f', '//cdn.example/f'],
  ['https://evil.example/', '//evil.example', 'https://evil.example/'],
  ['/evil.example/', '//evil.example', '/evil.example/'],
  ['evil.example/', '//evil.example', 'evil.example/'],
])('the Location %j of a response to %j is passed on as %j', (location, path, want) => {
  expect(withoutEchoedHost(location, path)).toBe(want)
})
