import { expect, it } from 'vitest'
import { isSignatureName, unsignedUrl, withoutSignature } from '../../src/http/signed-query.js'

it.each([
  ['lb-key', true],
  ['LB-other', true],
  ['lb', false],
  ['xlb-key', false],
])('isSignatureName of %j is %s', (name, want) => expect(isSignatureName(name)).toBe(want))

it.each([
  ['', ''],
  ['?a=%20&b', '?a=%20&b'],
  ['?lb-key=1&a=%20&lb-x=2', '?a=%20'],
  ['?%6cb-key=1', ''],
])('withoutSignature of %j is %j', (query, want) => expect(withoutSignature(query)).toBe(want))

it.each([
  ['http://h/a?lb-key=1&lb-signature=2', 'http://h/a'],
  ['http://h/a?v=1&lb-key=1', 'http://h/a?v=1'],
  ['http://h/a?v=1', 'http://h/a?v=1'],
])('unsignedUrl of %j is %j', (url, want) => expect(unsignedUrl(url)).toBe(want))
