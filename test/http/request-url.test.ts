import { describe, expect, it } from 'vitest'
import { parseRequestUrl, withoutSecrets } from '../../src/http/request-url.js'

describe('parseRequestUrl', () => {
  it.each<[string, string, string | undefined]>([
    ['http://h/p?q=1#f', 'http://h/p?q=1#f', undefined],
    ['https://h', 'https://h/', undefined],
    ['http://me:secret@h/', 'http://h/', `Basic ${btoa('me:secret')}`],
    ['http://me@h/', 'http://h/', `Basic ${btoa('me:')}`],
    ['http://:secret@h/', 'http://h/', `Basic ${btoa(':secret')}`],
    ['http://m%40e:50%25@h/', 'http://h/', `Basic ${btoa('m@e:50%')}`],
    ['http://%C3%A9@h/', 'http://h/', `Basic ${Buffer.from('é:').toString('base64')}`],
    ['http://é:%E2%82%AC@h/', 'http://h/', `Basic ${Buffer.from('é:€').toString('base64')}`],
  ])('reads %s', (text, href, authorization) => {
    expect(parseRequestUrl('url', text, undefined)).toEqual({ href, authorization })
    expect(parseRequestUrl('url', new URL(text), undefined)).toEqual({ href, authorization })
  })

  it.each<[string, string, string | undefined, string]>([
    ['a relative URL on a page', '/clip.mp4', 'https://h/a/b.html', 'https://h/clip.mp4'],
    ['a URL of the scheme of the page', 'clip.mp4', 'app://bundle/a/', 'app://bundle/a/clip.mp4'],
  ])('reads %s', (_what, text, base, href) => {
    expect(parseRequestUrl('url', text, base).href).toBe(href)
  })

  it.each([
    ['a relative URL without a page', '/clip.mp4', 'absolute', '/clip.mp4'],
    ['an empty text', '', 'absolute', ''],
    ['undefined', undefined as unknown as string, 'absolute', 'undefined'],
    ['no host', 'http://', 'absolute', 'http://'],
    ['no host before a port', 'http://:80/', 'absolute', 'http://:80/'],
    ['a host that is none', 'http://[x/', 'absolute', 'http://[x/'],
    ['the port 0', 'http://h:0/', 'port from 1', 'http://h:0/'],
    ['a port that is none', 'http://h:99999/', 'absolute', 'http://h:99999/'],
    ['ftp:', 'ftp://h/f', 'http: or https:', 'ftp://h/f'],
    ['file:', 'file:///etc/passwd', 'http: or https:', 'file:///etc/passwd'],
    ['a scheme alone', 'me:secret@h', 'http: or https:', 'me:***@h'],
    [
      'a password that is not percent-encoded',
      'http://me:50%@h/',
      'percent-encoded',
      'http://***@h/',
    ],
    ['a user name that is not UTF-8', 'http://%FF@h/', 'percent-encoded', 'http://***@h/'],
  ])('refuses %s', (_what, text, expected, received) => {
    const error = expect.objectContaining({
      code: 'BAD_SETTING',
      message: expect.stringMatching(new RegExp(`^url: expected .*${expected}`)),
      facts: { setting: 'url', received },
    })
    expect(() => parseRequestUrl('url', text, undefined)).toThrow(error)
  })

  it('refuses a URL object as it does a text', () => {
    for (const text of ['http://me:50%@h/', 'ftp://h/', 'file:///f']) {
      expect(() => parseRequestUrl('url', new URL(text), undefined)).toThrow(/^url: expected/)
    }
  })
})

describe('withoutSecrets', () => {
  it.each([
    ['http://me:secret@h/p', 'http://***@h/p'],
    ['http://secret@h/p', 'http://***@h/p'],
    ['http://h/p?token=secret', 'http://h/p?…'],
    ['http://h/p#secret', 'http://h/p?…'],
    ['http://h/@p', 'http://h/@p'],
    ['http://me:secret@h:99999/p?secret', 'http://***@h:99999/p?…'],
    ['http://me:se?cr#et@[/', 'http://***@[/'],
    ['me:secret@h', 'me:***@h'],
    ['http://me:sec\nret@[/', 'http://***@[/'],
    ['nothing', 'nothing'],
  ])('of %j is %j', (url, expected) => {
    expect(withoutSecrets(url)).toBe(expected)
  })
})
