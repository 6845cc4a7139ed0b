import { expect, it } from 'vitest'
import { encodeBytes, resolveLocation } from '../../src/http/location.js'

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
