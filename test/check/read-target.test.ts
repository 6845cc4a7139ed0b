import { expect, it } from 'vitest'
import { readTarget } from '../../src/check/read-target.js'

it('credentials of the URL become a field, and its fragment is not sent', () => {
  const { url, fields } = readTarget('http://me:p%20w@host/f?q#part', { 'X-A': 'b' })
  expect(url.href).toBe('http://host/f?q')
  expect(fields).toEqual({ authorization: `Basic ${btoa('me:p w')}`, 'x-a': 'b' })
})

it.each<[string, unknown, RegExp]>([
  ['nonsense', {}, /^url: expected an absolute URL/],
  ['ftp://host/f', {}, /^url: expected a URL with http: or https:/],
  ['http://host:0/f', {}, /^url: expected a port/],
  ['http://a:50%@host/f', {}, /^url: .*percent-encoded/],
  ['http://host/f', { range: 'x' }, /^headers: expected no field that the checks set/],
  ['http://host/f', { 'a b': 'x' }, /^headers: expected field names that are tokens/],
  ['http://host/f', { a: 'x\n' }, /^headers: expected printable characters/],
])('%s with the fields %j is refused', (url, headers, message) => {
  expect(() => readTarget(url, headers)).toThrow(message)
})
