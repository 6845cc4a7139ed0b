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
    expect(cookiePaths({ scope, prefix, removed })).toEqual(want)
  },
)
