import { describe, expect, it } from 'vitest'
import {
  addsSlash,
  isFollowed,
  passedLocation,
  redirectOf,
} from '../../../src/source/upstream/redirect.js'
import { settleUpstream } from '../../../src/source/upstream/upstream-options.js'

describe('redirectOf', () => {
  const from = new URL('http://o/a/b')

  it.each([
    [301, 'c', 'http://o/a/c'],
    [302, '/c', 'http://o/c'],
    [303, 'https://p/c', 'https://p/c'],
    [307, '//p/c', 'http://p/c'],
    [308, '?q', 'http://o/a/b?q'],
    [302, 'ftp://p/c', undefined],
    [302, 'http://[', undefined],
    [302, undefined, undefined],
    [300, '/c', undefined],
    [304, '/c', undefined],
    [200, '/c', undefined],
  ])('of %i with Location %s is %s', (status, location, href) => {
    const response = { status, field: () => location, url: from, path: from.pathname } as never
    expect(redirectOf(response)?.href).toBe(href)
  })
})

describe('addsSlash', () => {
  it.each([
    ['http://o/d', 'http://o/d/', true],
    ['http://o/d?q', 'http://o/d/', true],
    ['http://o/d', 'http://o/e/', false],
    ['http://o/d', 'https://o/d/', false],
    ['http://o/d/', 'http://o/d', false],
  ])('from %s to %s is %s', (from, to, expected) => {
    expect(addsSlash(new URL(from), new URL(to))).toBe(expected)
  })
})

describe('isFollowed', () => {
  const options = { origin: 'http://o/base', redirects: ['http://cdn'] }

  it.each([
    ['source', 'http://o/base/x', true],
    ['source', 'http://o/base/f/', false],
    ['source', 'http://cdn/x', true],
    ['source', 'http://p/x', false],
    ['site', 'http://o/base/x', false],
    ['site', 'http://o/home', false],
    ['site', 'http://o/base/f', false],
    ['site', 'http://cdn/x', true],
    ['site', 'https://o/base/x', false],
  ] as const)('of a %s to %s is %s', (role, to, expected) => {
    const from = new URL('http://o/base/f')
    expect(isFollowed(new URL(to), from, settleUpstream(options, role))).toBe(expected)
  })
})

describe('passedLocation', () => {
  it.each([
    ['http://o', '/home', '/home'],
    ['http://o', 'http://o/home?a=b#c', '/home?a=b#c'],
    ['http://o', 'http://O:80', '/'],
    ['http://o', '//o/home', '/home'],
    ['http://o', 'http://o//evil.example/', '/.//evil.example/'],
    ['http://o', 'http://o/\\evil.example/', '/./\\evil.example/'],
    ['http://o', 'https://o/home', 'https://o/home'],
    ['http://o', 'http://o:81/home', 'http://o:81/home'],
    ['http://o', 'https://cdn.example/x', 'https://cdn.example/x'],
    ['http://o', '//cdn.example/x', '//cdn.example/x'],
    ['http://o', 'next?x', 'next?x'],
    ['http://o', '?x', '?x'],
    ['http://o', '#x', '#x'],
    ['http://o', 'http://o/%7e%2f;+\xe4?%27', '/%7e%2f;+\xe4?%27'],
    ['http://o', 'http:home', '/base/home'],
    ['http://o', 'http:///o/home', '/home'],
    ['http://o', 'http://[', 'http://['],
    ['http://o/base', '/base/home?a', '/home?a'],
    ['http://o/base/', '/base/home', '/home'],
    ['http://o/base', 'http://o/base/home', '/home'],
    ['http://o/base', 'http://o/base', '/'],
    ['http://o/base', '/base?a', '/?a'],
    ['http://o/base', '/x/../base/home?a#b', '/home?a#b'],
    ['http://o/base', '/base//evil.example/', '/.//evil.example/'],
    ['http://o/base', '/base/\\evil.example/', '/./\\evil.example/'],
    ['http://o/base', '/base\t//evil.example/', '/.//evil.example/'],
    ['http://o/base', '/base/../home', '/base/../home'],
    ['http://o/base', '/basement', '/basement'],
    ['http://o/base', '/home', '/home'],
    ['http://o/base', 'http://o/home', 'http://o/home'],
    ['http://o/base', 'next', 'next'],
  ])('of the site %s is %s as %s', (origin, location, expected) => {
    const response = { url: new URL('http://o/base/f?q'), path: '/base/f' }
    const settings = settleUpstream({ origin }, 'site')
    expect(passedLocation(location, response, settings)).toBe(expected)
  })

  it.each([
    ['site', '/x', 'http://cdn/x'],
    ['site', 'http://o/base/x', '/x'],
    ['source', '/x', 'http://cdn/x'],
    ['source', 'http://o/base/x', 'http://o/base/x'],
  ] as const)(
    'of a response to a %s that another server gave is absolute, unless it leads back: %s as %s',
    (role, location, expected) => {
      const response = { url: new URL('http://cdn/f'), path: '/f' }
      const settings = settleUpstream({ origin: 'http://o/base' }, role)
      expect(passedLocation(location, response, settings)).toBe(expected)
    },
  )
})
