import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeKey,
  encodePath,
  judgeTarget,
  localReference,
  parsePath,
  parseTarget,
  splitTarget,
  withoutDotSegments,
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
    { url: '/%2e%2e/a', reason: 'dot segment' },
    { url: '/%2E%2E/a', reason: 'dot segment' },
    { url: '/.%2e/a', reason: 'dot segment' },
    { url: '/%2e./a', reason: 'dot segment' },
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
  { path: './a', want: 'a' },
  { path: '/././a', want: 'a' },
  { path: 'a/./b', want: undefined },
  { path: 'a/.', want: undefined },
  { path: '.', want: undefined },
  { path: './', want: '' },
  { path: '.a', want: '.a' },
  { path: './/a', want: 'a' },
  { path: './../a', want: undefined },
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

const MERGED = { ignoreDuplicateSlashes: true, useSemicolonDelimiter: false }
const SEMICOLON = { ignoreDuplicateSlashes: false, useSemicolonDelimiter: true }

it.each([
  { url: '/..', depth: 1 },
  { url: '/app/../x', depth: 2 },
  { url: '/app/%2E%2e/x', depth: 2 },
  { url: '/a%2fb/x', depth: 1 },
  { url: '/a%5cb/x', depth: 1 },
  { url: '/%00/x', depth: 1 },
  { url: '/%ff/x', depth: 1 },
  { url: '/a/x#b', depth: 1 },
  { url: 'http://host/../x', depth: 1 },
])('parseTarget judges the prefix as well: $url is malformed', ({ url, depth }) => {
  expect(parseTarget(url, depth).kind).toBe('malformed')
})

it.each([
  { url: '/./a', location: '/a' },
  { url: '/.', location: '/' },
  { url: '/a/.', location: '/a/' },
  { url: '/a/%2e/b?c=/./', location: '/a/b?c=/./' },
  { url: '/.//host/a', location: '/host/a' },
  { url: '/a/.//b', location: '/a//b' },
  { url: 'http://host/./a?b', location: '/a?b' },
])('parseTarget of $url is a location without dots, $location (RFC 3986 §5.2.4)', (row) => {
  expect(parseTarget(row.url, 0)).toEqual({ kind: 'dotted', location: row.location })
  const origin = /^http:..[^/]*/.exec(row.url)?.[0] ?? ''
  expect(withoutDotSegments(row.url)).toBe(origin + row.location)
})

it.each(['/a', '/a/..', '/./..', '/.a/b', '/a?b=/./c'])(
  'withoutDotSegments does not change %s',
  (url) => {
    expect(withoutDotSegments(url)).toBe(url)
  },
)

it.each([
  { url: '/films//a', syntax: MERGED, key: 'a', query: '' },
  { url: '//films/a//b//', syntax: MERGED, key: 'a/b/', query: '' },
  { url: '/films/a//b', syntax: SEMICOLON, key: 'a//b', query: '' },
  { url: '/films/a;b?c', syntax: SEMICOLON, key: 'a', query: ';b?c' },
  { url: '/films/a?b;c', syntax: SEMICOLON, key: 'a', query: '?b;c' },
  { url: '/films/a%3Bb', syntax: SEMICOLON, key: 'a;b', query: '' },
  { url: '/films/a;b', syntax: MERGED, key: 'a;b', query: '' },
])('parseTarget of $url is $key by the options of the router', ({ url, syntax, key, query }) => {
  expect(parseTarget(url, 1, syntax)).toEqual({ kind: 'key', key, query })
})

it.each([
  { path: '/a/b', want: '/a/b' },
  { path: '//host/a', want: '/host/a' },
  { path: '/\\host', want: '/host' },
  { path: '', want: '/' },
])('localReference of $path is $want, which no client takes for a host', ({ path, want }) => {
  expect(localReference(path)).toBe(want)
})

describe('judgeTarget, of a request whose handler sends a file,', () => {
  it.each([
    { url: '/send', path: 'a' },
    { url: '/a%2Fb', path: 'a/b' },
    { url: '/a%ff', path: 'a' },
    { url: '//other', path: '/index.html' },
    { url: '/send//a', path: 'a' },
    { url: '/.well-known/x', path: '.well-known/x' },
    { url: '/a?b=/../c', path: 'a' },
  ])('accepts $url for the path $path', ({ url, path }) => {
    expect(judgeTarget(url, path)).toEqual({ kind: 'accepted' })
  })

  it.each([
    { url: '/../a', path: 'a' },
    { url: '/%2e%2E/a', path: 'a' },
    { url: '/x/..%2fa', path: 'a' },
    { url: '/x/.%2fa', path: 'a' },
    { url: '/x/..%5Ca', path: 'a' },
    { url: '/send//a', path: '/a' },
    { url: '/send/%2Fa', path: '/a' },
    { url: '//a', path: '/a' },
  ])('refuses $url for the path $path', ({ url, path }) => {
    expect(judgeTarget(url, path).kind).toBe('malformed')
  })

  it('returns a location without segments of a single dot', () => {
    const want = { kind: 'dotted', location: '/send/a?b' }
    expect(judgeTarget('/./send/%2e/a?b', './a')).toEqual(want)
  })

  it('accepts duplicate slashes where the router takes them for one', () => {
    expect(judgeTarget('/send//a', 'a', MERGED)).toEqual({ kind: 'accepted' })
  })
})

describe('for any input,', () => {
  const tokens = ['/', '.', '%2e', '%2f', '%5c', '%00', '\\', '%25', '%', 'http://', '?', 'é', 'a']
  const text = anyText(...tokens)
  const hasDotSegment = (key: string) => key.split('/').some((segment) => /^\.\.?$/.test(segment))

  it('parseTarget returns a key only for a target without dot segments, whatever the prefix', () => {
    fc.assert(
      fc.property(text, fc.nat(3), (rest, depth) => {
        if (parseTarget(`/${rest}`, depth).kind !== 'key') return
        const path = rest.replace(/\?.*/s, '')
        const decoded = decodeURIComponent(path)
        expect(hasDotSegment(decoded), rest).toBe(false)
      }),
    )
  })

  it('parseTarget and withoutDotSegments return a location that is a path without dots', () => {
    fc.assert(
      fc.property(text, (rest) => {
        const target = parseTarget(`/${rest}`, 0)
        if (target.kind !== 'dotted') return
        expect(target.location).toMatch(/^\/(?!\/)/)
        expect(parseTarget(target.location, 0).kind).toBe('key')
      }),
    )
  })

  it('parseTarget returns no key that leaves its root', () => {
    fc.assert(
      fc.property(text, fc.nat(3), (rest, depth) => {
        const target = parseTarget(`/${rest}`, depth)
        if (target.kind !== 'key') return
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
