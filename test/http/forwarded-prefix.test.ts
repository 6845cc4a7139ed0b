import { describe, expect, it } from 'vitest'
import { parseForwardedPrefix } from '../../src/http/forwarded-prefix.js'

describe('parseForwardedPrefix', () => {
  it.each<[string | string[] | undefined, string]>([
    [undefined, ''],
    ['', ''],
    ['/', ''],
    ['/media', '/media'],
    ['/media/', '/media'],
    ['  /media\t', '/media'],
    ['/v1/media-2_x.y~z', '/v1/media-2_x.y~z'],
    ['/caf%C3%A9/a%20b', '/caf%C3%A9/a%20b'],
    ['/a:b@c;d=e', '/a:b@c;d=e'],
    ['/outer, /inner', '/outer/inner'],
    ['/outer/,/inner/', '/outer/inner'],
    ['/, /inner', '/inner'],
    [['/outer', '/inner'], '/outer/inner'],
    ['/...', '/...'],
    ['/.well-known', '/.well-known'],
  ])('reads %j as %j', (field, prefix) => {
    expect(parseForwardedPrefix(field)).toBe(prefix)
  })

  it.each([
    'media',
    '//evil.example',
    '/media//x',
    '/media//',
    'https://evil.example',
    'https://evil.example/media',
    '/\\evil.example',
    '\\\\evil.example',
    '/media\\x',
    '/media/../x',
    '/..',
    '/media/.',
    '/media/%2e%2E/x',
    '/media/%2e',
    '/a%2fb',
    '/a%5Cb',
    '/a%00b',
    '/a%0d%0aset-cookie:x',
    '/a%7f',
    '/a%zz',
    '/a%2',
    '/a b',
    '/a?b',
    '/a#b',
    '/a"b',
    '/a<b>',
    '/a\r\nx: y',
    '/a\u0001b',
    '/café',
    '/media, //evil.example',
    '/media, evil',
    `/${'x'.repeat(256)}`,
    Array.from({ length: 130 }, () => '/a').join(),
  ])('ignores %j', (field) => {
    expect(parseForwardedPrefix(field)).toBe('')
  })
})
