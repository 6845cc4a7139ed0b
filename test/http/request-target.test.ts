import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeKey,
  encodePath,
  parsePath,
  parseTarget,
  splitTarget,
} from '../../src/http/request-target.js'
import { anyText } from '../fixture/any-text.js'

describe('parseTarget, for a valid request target,', () => {
  it.each([
    { section: '9112 §3.2.1', url: '/', key: '' },
    { section: '9112 §3.2.1', url: '/film.mp4', key: 'film.mp4' },
    { section: '9112 §3.2.1', url: '/a/b/film.mp4', key: 'a/b/film.mp4' },
    { section: '9112 §3.2.1', url: '/a/b/', key: 'a/b/' },
    { section: '9112 §3.2.1', url: '/film.mp4?v=2', key: 'film.mp4', query: '?v=2' },
    { section: '9112 §3.2.1', url: '/film.mp4?', key: 'film.mp4', query: '?' },
    { section: '9112 §3.2.1', url: '/a?b?/../%', key: 'a', query: '?b?/../%' },
    { section: '9112 §3.2.2', url: 'http://host/a/b', key: 'a/b' },
    { section: '9112 §3.2.2', url: 'HTTPS://host:8443/a?b', key: 'a', query: '?b' },
    { section: '9112 §3.2.2', url: 'http://host', key: '' },
    { section: '9112 §3.2.2', url: 'http://host?b', key: '', query: '?b' },
    { section: '3986 §2.1', url: '/a%20b', key: 'a b' },
    { section: '3986 §2.1', url: '/%66ilm%2Emp4', key: 'film.mp4' },
    { section: '3986 §2.1', url: '/caf%C3%A9', key: 'café' },
    { section: '3986 §2.1', url: '/%F0%9F%8E%AC', key: '🎬' },
    { section: '3986 §2.1', url: '/a%3Fb%23c', key: 'a?b#c' },
    { section: '3986 §2.1', url: '/a+b', key: 'a+b' },
    { section: '3986 §2.4', url: '/a%2520b', key: 'a%20b' },
    { section: '3986 §2.4', url: '/%252e%252e/a', key: '%2e%2e/a' },
    { section: '3986 §2.4', url: '/a%252fb', key: 'a%2fb' },
    { section: '3986 §3.3', url: '/...', key: '...' },
    { section: '3986 §3.3', url: '/.well-known/a', key: '.well-known/a' },
    { section: '3986 §3.3', url: '/..a/b..', key: '..a/b..' },
    { section: '3986 §3.3', url: '/a//b', key: 'a//b' },
    { section: '3986 §3.3', url: '/a:b@c;d=e,f', key: 'a:b@c;d=e,f' },
    { section: 'prefix', url: '/films/a/b', depth: 1, key: 'a/b' },
    { section: 'prefix', url: '/my/films/a?b', depth: 2, key: 'a', query: '?b' },
    { section: 'prefix', url: '/films/', depth: 1, key: '' },
    { section: 'prefix', url: '/films', depth: 1, key: '' },
    { section: 'prefix', url: '/films', depth: 3, key: '' },
  ])('returns the key $key for $url ($section)', ({ url, depth = 0, key, query = '' }) => {
    expect(parseTarget(url, depth)).toEqual({ kind: 'key', key, query })
  })
})

describe('parseTarget, for a request target that could leave the root,', () => {
  it.each([
    { url: '/..', reason: 'dot segment' },
    { url: '/../etc/passwd', reason: 'dot segment' },
    { url: '/a/../b', reason: 'dot segment' },
    { url: '/a/./b', reason: 'dot segment' },
    { url: '/.', reason: 'dot segment' },
    { url: '/%2e%2e/a', reason: 'dot segment' },
    { url: '/%2E%2E/a', reason: 'dot segment' },
    { url: '/.%2e/a', reason: 'dot segment' },
    { url: '/%2e./a', reason: 'dot segment' },
    { url: '/%2e', reason: 'dot segment' },
    { url: 'http://host/../a', reason: 'dot segment' },
    { url: '/a%2fb', reason: 'slash' },
    { url: '/a%2Fb', reason: 'slash' },
    { url: '/..%2fa', reason: 'slash' },
    { url: '/%2e%2e%2fa', reason: 'slash' },
    { url: '/a\\b', reason: 'backslash' },
    { url: '/a%5cb', reason: 'backslash' },
    { url: '/..%5Ca', reason: 'backslash' },
    { url: '/a%00b', reason: 'control character' },
    { url: '/a\0b', reason: 'control character' },
    { url: '/a%0d%0ab', reason: 'control character' },
    { url: '/a%7f', reason: 'control character' },
    { url: '/a%C2%85', reason: 'control character' },
    { url: '/%', reason: 'UTF-8' },
    { url: '/%4', reason: 'UTF-8' },
    { url: '/%zz', reason: 'UTF-8' },
    { url: '/%ff', reason: 'UTF-8' },
    { url: '/%C0%AE%C0%AE/a', reason: 'UTF-8' }, // overlong dots
    { url: '/%C0%AFa', reason: 'UTF-8' }, // an overlong slash
    { url: '/%ED%A0%80', reason: 'UTF-8' }, // a surrogate
    { url: '/%u002e', reason: 'UTF-8' },
  ])('refuses $url because of a $reason (RFC 3986 §7.3)', ({ url, reason }) => {
    const target = parseTarget(url, 0)
    expect(target.kind === 'malformed' && target.reason).toContain(reason)
  })
})

it.each([
  { path: 'a.mp4', want: 'a.mp4' },
  { path: '/a/b.mp4', want: 'a/b.mp4' },
  { path: '//a', want: 'a' },
  { path: '', want: '' },
  { path: 'a%2fb', want: 'a%2fb' },
  { path: '50%', want: '50%' },
  { path: '../a', want: undefined },
  { path: '/../a', want: undefined },
  { path: 'a/..', want: undefined },
  { path: './a', want: undefined },
  { path: 'a\\b', want: undefined },
  { path: 'a\0', want: undefined },
])('parsePath of $path is $want', ({ path, want }) => {
  expect(parsePath(path)).toBe(want)
})

it.each([
  { section: '3.2.1', url: '/a%20b/?c=d', path: '/a%20b/', query: '?c=d' },
  { section: '3.2.1', url: '/a', path: '/a', query: '' },
  { section: '3.2.1', url: '/a?', path: '/a', query: '?' },
  { section: '3.2.1', url: '/a?b?c', path: '/a', query: '?b?c' },
  { section: '3.2.1', url: '/?to=http://host/', path: '/', query: '?to=http://host/' },
  { section: '3.2.1', url: '/http://host/a', path: '/http://host/a', query: '' },
  { section: '3.2.2', url: 'http://host/a?b', path: '/a', query: '?b' },
  { section: '3.2.2', url: 'http://host', path: '', query: '' },
  { section: '3.2', url: '', path: '', query: '' },
])('splitTarget of $url is $path and $query (RFC 9112 §$section)', ({ url, path, query }) => {
  expect(splitTarget(url)).toEqual({ path, query })
})

it.each([
  { key: 'a/b c.mp4', want: 'a/b%20c.mp4' },
  { key: '50%/a?b#c', want: '50%25/a%3Fb%23c' },
  { key: 'café/🎬/', want: 'caf%C3%A9/%F0%9F%8E%AC/' },
  { key: 'javascript:alert(1)', want: 'javascript%3Aalert(1)' },
  { key: '', want: '' },
])('encodeKey of $key is $want (RFC 3986 §2.1)', ({ key, want }) => {
  expect(encodeKey(key)).toBe(want)
})

describe('for any input,', () => {
  const tokens = ['/', '.', '%2e', '%2f', '%5c', '%00', '\\', '%25', '%', 'http://', '?', 'é', 'a']
  const text = anyText(...tokens)
  const hasDotSegment = (key: string) => key.split('/').some((segment) => /^\.\.?$/.test(segment))

  it('parseTarget returns no key that leaves its root', () => {
    fc.assert(
      fc.property(text, fc.nat(3), (rest, depth) => {
        const target = parseTarget(`/${rest}`, depth)
        if (target.kind === 'malformed') return
        expect(hasDotSegment(target.key)).toBe(false)
        expect(target.key).not.toMatch(/[\\\p{Cc}]/u)
      }),
    )
  })

  it('parsePath returns no key that leaves its root', () => {
    fc.assert(
      fc.property(text, (path) => {
        const key = parsePath(path) ?? ''
        expect(hasDotSegment(key) || key.startsWith('/')).toBe(false)
        expect(key).not.toMatch(/[\\\p{Cc}]/u)
      }),
    )
  })

  it('parseTarget returns the key that encodeKey was given', () => {
    fc.assert(
      fc.property(text, (path) => {
        const key = parsePath(path.replace(/\p{Cs}/gu, ''))
        fc.pre(key !== undefined)
        expect(parseTarget(`/${encodeKey(key)}`, 0)).toEqual({ kind: 'key', key, query: '' })
      }),
    )
  })

  it('splitTarget keeps every character of an origin form', () => {
    fc.assert(
      fc.property(text, (rest) => {
        const { path, query } = splitTarget(`/${rest}`)
        expect(path + query).toBe(`/${rest}`)
        expect(path).not.toContain('?')
      }),
    )
  })
})

it('encodePath encodes only what is not allowed in a path (RFC 3986 §3.3), and the plus', () => {
  expect(encodePath('a:b@c/d,e;f=g&h$i')).toBe('a:b@c/d,e;f=g&h$i')
  expect(encodePath('a b?c#d%e/ü')).toBe('a%20b%3Fc%23d%25e/%C3%BC')
  // Some object stores decode a plus as a space.
  expect(encodePath('a+b')).toBe('a%2Bb')
})
