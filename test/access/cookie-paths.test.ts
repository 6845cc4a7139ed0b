import { expect, it } from 'vitest'
import { cookiePaths } from '../../src/access/cookie-paths.js'

it.each([
  ['/film.mp4', '/', '', ['/']],
  ['/films/film.mp4', '/films/', '', ['/films/']],
  ['/', '/films/', '', ['/']],
  ['/films/', '/films/', '/proxy', ['/proxy/films/']],
  [
    '/d e/film.mp4',
    '/',
    '',
    ['/d%20e/', '/-/watch/d%20e/', '/-/subtitles/d%20e/', '/-/posters/d%20e/'],
  ],
  [
    '/p/d/',
    '/p/',
    '/x',
    ['/x/p/d/', '/x/p/-/watch/d/', '/x/p/-/subtitles/d/', '/x/p/-/posters/d/'],
  ],
])(
  'cookiePaths of %j below %j are limited to what the permission is for',
  (scope, prefix, removed, want) => {
    expect(cookiePaths({ scope, prefix, removed, received: '/' })).toEqual(want)
  },
)

const pagesOf = (top: string, below: string) =>
  ['watch', 'subtitles', 'posters'].map((route) => `${top}-/${route}/${below}`)

it.each([
  [
    'a folder',
    ['/a & b/', '/', '/a%20&%20b/'],
    ['/a%20&%20b/', '/a%20%26%20b/', ...pagesOf('/', 'a%20%26%20b/')],
  ],
  [
    'a file in it',
    ['/a & b/', '/', '/a%20&%20b/c/d.ts'],
    ['/a%20&%20b/', '/a%20%26%20b/', ...pagesOf('/', 'a%20%26%20b/')],
  ],
  [
    'a page below a prefix',
    ['/x&y/d/f.mp4', '/x&y/', '/x&y/-/watch/d/f.mp4'],
    ['/x&y/d/', ...pagesOf('/x&y/', 'd/')],
  ],
  ['the folder of all files', ['/x&y/', '/x&y/', '/x&y/'], ['/x&y/']],
  [
    'a path that a cookie cannot name',
    ['/a;b/', '/', '/a;b/'],
    ['/a%3Bb/', ...pagesOf('/', 'a%3Bb/')],
  ],
  ['bytes beyond ASCII', ['/ä/', '/', '/\u00c3\u00a4/'], ['/%C3%A4/', ...pagesOf('/', '%C3%A4/')]],
])(
  'cookiePaths for %s also has the encoding of the request',
  (_what, [scope, prefix, received], want) => {
    expect(cookiePaths({ scope, prefix, removed: '', received } as never)).toEqual(want)
  },
)
