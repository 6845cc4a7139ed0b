import { expect, it } from 'vitest'
import { canonicalPath, isSameText, signatureOf } from '../../src/access/signature.js'
import { DEFAULT_SYNTAX } from '../../src/http/request-target.js'

it.each([
  ['/film.mp4', '/film.mp4'],
  ['/film.mp4?a=b', '/film.mp4'],
  ['/%66ilm.mp4', '/film.mp4'],
  ['/./film.mp4', '/film.mp4'],
  ['/a/%2e/film.mp4', '/a/film.mp4'],
  ['/a%20b/%c3%9c', '/a b/Ü'],
  ['//film.mp4', '//film.mp4'],
  ['/a//film.mp4', '/a//film.mp4'],
  ['/', '/'],
  ['/a/', '/a/'],
  ['http://host/film.mp4', '/film.mp4'],
  ['/a/../film.mp4', undefined],
  ['/a/%2e%2e/film.mp4', undefined],
  ['/a%2ffilm.mp4', undefined],
  ['/a\\film.mp4', undefined],
  ['/%ff', undefined],
  ['/%00', undefined],
])('canonicalPath of %j is %j', (url, want) => expect(canonicalPath(url)).toBe(want))

it('canonicalPath reads a target as the router does', () => {
  const collapsed = { ...DEFAULT_SYNTAX, ignoreDuplicateSlashes: true }
  expect(canonicalPath('/a//film.mp4', collapsed)).toBe('/a/film.mp4')
  const semicolon = { ...DEFAULT_SYNTAX, useSemicolonDelimiter: true }
  expect(canonicalPath('/a;b', semicolon)).toBe('/a')
})

it('signatureOf differs for every fact that it covers', () => {
  const facts = { scope: '/a', expires: '1', version: undefined, ip: undefined }
  const key = { name: 'k', secret: Buffer.alloc(16, 1) }
  const all = [
    signatureOf(facts, key),
    signatureOf({ ...facts, scope: '/a/' }, key),
    signatureOf({ ...facts, expires: '01' }, key),
    signatureOf({ ...facts, version: '"1"' }, key),
    signatureOf({ ...facts, ip: '"1"' }, key),
    signatureOf(facts, { ...key, name: 'l' }),
    signatureOf(facts, { ...key, secret: Buffer.alloc(16, 2) }),
  ]
  expect(new Set(all).size).toBe(all.length)
})

it.each([
  ['', '', true],
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'ab', false],
  ['é', 'e', false],
])('isSameText of %j and %j is %s', (a, b, want) => expect(isSameText(a, b)).toBe(want))
