import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  leadsUp,
  parseForwardedTarget,
  parseNamedPath,
  receivedPath,
} from '../../src/http/forwarded-target.js'
import { ANY_TARGET } from '../fixture/request-targets.js'

describe('parseForwardedTarget', () => {
  it.each([
    ['/a%2fb?c=%27&d', '/a%2fb', '?c=%27&d'],
    ['/f?', '/f', '?'],
    ['/f?a?b#c', '/f', '?a?b#c'],
    ['/f#a?b', '/f#a', '?b'],
    ['//h/f', '//h/f', ''],
    ['/', '/', ''],
    ['*', '*', ''],
    ['http://h/a%E4?b', '/a%E4', '?b'],
    ['HTTPS://h:1/a', '/a', ''],
    ['http://h', '/', ''],
    ['http://h?b', '/', '?b'],
    ['/a/../b', '/a/../b', ''],
    ['/./f', '/./f', ''],
    ['/a\xe4', '/a\xe4', ''],
  ])('leaves path and query of %s as they are', (url, path, query) => {
    expect(parseForwardedTarget(url)).toEqual({ kind: 'path', path, query })
  })

  it.each(['ftp://h/f', 'f', '/a b', '/a\r\nb', '/\0', '/\u0100', '/..', '/%2e%2e/f'])(
    'refuses %j',
    (url) => {
      expect(parseForwardedTarget(url).kind).toBe('malformed')
    },
  )

  it('changes no target that stays below the root', () => {
    fc.assert(
      fc.property(ANY_TARGET, (url) => {
        const target = parseForwardedTarget(url)
        expect(target.kind === 'path' && target.path + target.query).toBe(url)
      }),
    )
  })
})

describe('leadsUp', () => {
  it.each([
    ['/..', true],
    ['/../f', true],
    ['../f', true],
    ['/%2e%2e/f', true],
    ['/%2E./f', true],
    ['/.%2e', true],
    ['/%252e%252e/f', true],
    ['/..%2ff', true],
    ['/..%252Ff', true],
    ['/..\\f', true],
    ['/..%5cf', true],
    ['/..;v=1/f', true],
    ['/a/../../f', true],
    ['/a/..%2f..%2ff', true],
    // An origin that doesn't decode %2f sees one segment before the dots.
    ['/a%2fb/../../f', true],
    // An origin that merges slashes sees no segment before the dots.
    ['//../f', true],
    ['/./../f', true],
    ['/;v/../f', true],
    ['/a/../f', false],
    ['/a/b/../../f', false],
    ['/./f', false],
    ['/...', false],
    ['/..a/b..', false],
    ['/a%2e%2e/f', false],
    ['/%zz/../f', false],
    ['*', false],
    ['', false],
  ])('of %s is %s', (path, expected) => {
    expect(leadsUp(path)).toBe(expected)
  })
})

describe('parseNamedPath', () => {
  it.each([
    ['/a%20b/%C3%A4', 0, 'a b/ä', ''],
    ['/@scope%2fname?x', 0, '@scope%2fname', '?x'],
    ['/a%E4/./b', 0, 'a%E4/./b', ''],
    ['/a%00', 0, 'a%00', ''],
    ['/files/f', 1, 'f', ''],
    ['/v1/files/a/../b', 2, 'a/../b', ''],
  ])('of %s below %i segments has the key %s', (url, depth, key, query) => {
    expect(parseNamedPath(url, depth)).toEqual({ kind: 'key', key, query })
  })

  it.each([
    ['/../f', 0],
    ['/files/../f', 1],
    ['/files/%2e%2e/f', 1],
    ['/../files/f', 2],
    ['/a/../f', 2],
    ['ftp://h/f', 0],
  ])('refuses %s below %i segments', (url, depth) => {
    expect(parseNamedPath(url, depth).kind).toBe('malformed')
  })
})

describe('receivedPath', () => {
  it.each([
    ['/a%2fb/%zz?c', 0, 'a%2fb/%zz'],
    ['/files/a%20b', 1, 'a%20b'],
    ['http://h/f', 0, 'f'],
    ['/files', 1, ''],
  ])('of %s below %i segments is %s', (url, depth, path) => {
    expect(receivedPath(url, depth)).toBe(path)
  })
})
