import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  asPathBelow,
  encodeBytes,
  resolveLocation,
  withoutEchoedHost,
} from '../../src/http/location.js'

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
  [bytes('//évil.example/'), '//%C3%A9vil.example', bytes('/.//évil.example/')],
  [bytes('//évil.example/'), '//%c3%a9vil.example', bytes('/.//évil.example/')],
  [bytes('//évil.example/'), '//%25C3%25A9vil.example', bytes('/.//évil.example/')],
  [bytes('//évil.example/'), bytes('//évil.example'), bytes('/.//évil.example/')],
  [bytes('//ÉVIL.example/'), '//%C3%A9vil.example', bytes('/.//ÉVIL.example/')],
  ['//\xe9vil.example/', '//%C3%A9vil.example', '/.//\xe9vil.example/'],
  ['//%C3%A9vil.example/', '//%E9vil.example', '/.//%C3%A9vil.example/'],
  ['//%C3%A9vil.example/', '//%C3%A9vil.example', '/.//%C3%A9vil.example/'],
  ['//xn--vil-9la.example/', '//%C3%A9vil.example', '/.//xn--vil-9la.example/'],
  [bytes('//evil。example/'), '//evil%E3%80%82example', bytes('/.//evil。example/')],
  [bytes('//a@evil。example/'), '//a@evil%E3%80%82example', bytes('/.//a@evil。example/')],
  [bytes('//ä@evil.example/'), '//%C3%A4@evil.example', bytes('/.//ä@evil.example/')],
  ['//evil.example/', '//evil%E3%80%82example', '/.//evil.example/'],
  ['//evil.example/', '//%EF%BD%85vil.example', '/.//evil.example/'],
  ['//evil.example:80/', '//evil.example', '/.//evil.example:80/'],
  ['//evil.example:/', '//evil.example', '/.//evil.example:/'],
  ['//evil.example/', '//evil.example:99999', '/.//evil.example/'],
  ['//evil.example/', '//me@evil.example:80', '/.//evil.example/'],
  ['//evil.example/', '//evil.example;v=1', '/.//evil.example/'],
  ['//ev\til.example/', '//ev%09il.example', '/.//evil.example/'],
  ['//ev%2El.example/', '//ev%25%32%45l.example', '/.//ev%2El.example/'],
  [`//${'a'.repeat(1001)}/`, `//${'A'.repeat(1001)}`, `/.//${'a'.repeat(1001)}/`],
  [bytes('//cdn。example/f'), '/%C3%A9/f', bytes('//cdn。example/f')],
  ['//%zz/', '//%zz', '/.//%zz/'],
  ['//%zz/', '//%C3%A9', '//%zz/'],
  ['//cdn.example/f', '/f', '//cdn.example/f'],
  ['https://evil.example/', '//evil.example', 'https://evil.example/'],
  ['/evil.example/', '//evil.example', '/evil.example/'],
  ['evil.example/', '//evil.example', 'evil.example/'],
])('the Location %j of a response to %j is passed on as %j', (location, path, want) => {
  expect(withoutEchoedHost(location, path)).toBe(want)
})

it('a Location that repeats its path is found however often each byte of the path is encoded and decoded', () => {
  const byte = fc.record({
    text: fc.constantFrom('a', 'E', '.', '-', '%', ...bytes('é。')),
    encodings: fc.nat(3),
    decodings: fc.nat(3),
  })
  fc.assert(
    fc.property(fc.array(byte, { minLength: 1 }), (name) => {
      const path = name.map(({ text, encodings }) => encoded(text, encodings)).join('')
      const location = name.map(({ text, encodings, decodings }) =>
        encoded(text, Math.max(0, encodings - decodings)),
      )
      const rest = `x${location.join('')}/`
      expect(withoutEchoedHost(`//${rest}`, `//x${path}`)).toBe(`/.//${rest}`)
    }),
  )
})

function encoded(byte: string, times: number): string {
  if (times === 0) return byte
  return `%${'25'.repeat(times - 1)}${byte.charCodeAt(0).toString(16).toUpperCase()}`
}

it.each([
  ['http://origin.example/base/x?q#f', '/base', '/x?q#f'],
  ['//origin.example/base/x', '/base', '/x'],
  ['/base/x', '/base', '/x'],
  ['/base', '/base', '/'],
  ['/base?q', '/base', '/?q'],
  ['/base//evil.example/', '/base', '/.//evil.example/'],
  ['/x/../base/home', '/base', '/home'],
  ['http:x', '', '/a/x'],
  ['/%7e%2f;+', '', '/%7e%2f;+'],
  ['next?x', '/base', 'next?x'],
  ['\t?x', '/base', '\t?x'],
  ['/basement', '/base', undefined],
  ['http://origin.example/', '/base', undefined],
])('the Location %j below %j is %j', (location, below, expected) => {
  const to = resolveLocation(location, base) as URL
  expect(asPathBelow(location, to, below)).toBe(expected)
})
