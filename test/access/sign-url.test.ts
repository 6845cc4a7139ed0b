import { describe, expect, it } from 'vitest'
import { type SignUrlOptions, signUrl } from '../../src/access/sign-url.js'

const key = `k1:${'A'.repeat(43)}`
const expires = new Date('2030-01-01T00:00:00Z')

describe('signUrl', () => {
  it.each([
    [
      'http://h:8080/a%20b.mp4?v=1#t=10',
      /^http:\/\/h:8080\/a%20b\.mp4\?v=1&lb-expires=1893456000&lb-key=k1&lb-signature=[\w-]{43}#t=10$/,
    ],
    ['/films/', /^\/films\/\?lb-expires=1893456000&lb-key=k1&lb-signature=[\w-]{43}$/],
    ['/a/../b', /^\/b\?/],
  ])('signs %s', (url, want) => {
    expect(signUrl(url, { key, expires })).toMatch(want)
    if (!url.startsWith('/')) expect(signUrl(new URL(url), { key, expires })).toMatch(want)
  })

  it('gives all encodings of a path one signature', () => {
    const signature = (url: string) => signUrl(url, { key, expires }).split('lb-signature=')[1]
    expect(signature('http://h/%66ilm%2emp4')).toBe(signature('https://other/film.mp4'))
    expect(signature('/film.mp4/')).not.toBe(signature('/film.mp4'))
  })

  it('signs the page of a film as the film', () => {
    const signature = (url: string) => signUrl(url, { key, expires }).split('lb-signature=')[1]
    expect(signature('/p/-/watch/d/film.mp4')).toBe(signature('/p/d/film.mp4'))
    expect(signature('/-/watch/film.mp4')).toBe(signature('/film.mp4'))
  })

  it('adds a time to now', () => {
    const url = new URL(signUrl('http://h/a', { key, expires: '2h' }))
    const seconds = Number(url.searchParams.get('lb-expires')) - Date.now() / 1000
    expect(seconds).toBeGreaterThan(7190)
    expect(seconds).toBeLessThan(7201)
  })

  it.each([
    ['ftp://h/a', {}],
    ['//h/a', {}],
    ['/\\h/a', {}],
    ['/\\[', {}],
    ['/\t/[', {}],
    ['/\t/h/a', {}],
    ['http://x\u00c3\u0082/a', {}],
    ['film.mp4', {}],
    ['http://u:p@h/a', {}],
    ['http://h/a%2fb', {}],
    ['http://h/a?lb-key=k1', {}],
    ['/a', { key: 'k1:short' }],
    ['/a', { expires: 'soon' }],
    ['/a', { expires: '7200' }],
    ['/a', { expires: 0 }],
    ['/a', { expires: new Date(Number.NaN) }],
    ['/a', { ip: 'home' }],
    ['/a', { ip: 'loopback' }],
    ['/a', { ip: '203.0.113.7, 203.0.113.8' }],
    ['/a', { version: 'W/"a"' }],
    ['/a', { scope: '/b/' }],
    ['/a', { scope: '/a' }],
  ] as [string, Partial<SignUrlOptions>][])('refuses %j with %j', (url, options) => {
    const call = () => signUrl(url, { key, expires, ...options })
    expect(call).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
    expect(call).not.toThrow(/u:p|k1:short/)
  })
})
