import { describe, expect, it } from 'vitest'
import { coversCompanion, coversPath, scopesOf } from '../../src/access/signed-scope.js'

it.each([
  ['/a', '/a', true],
  ['/a', '/a/', false],
  ['/a', '/ab', false],
  ['/a/', '/a/', true],
  ['/a/', '/a/b/c', true],
  ['/a/', '/a', false],
  ['/a/', '/ab', false],
  ['/', '/a', true],
])('coversPath of %j for %j is %s', (scope, path, want) =>
  expect(coversPath(scope, path)).toBe(want),
)

it.each([
  ['/d/film.mp4', '/d/film.mp4', true],
  ['/d/film.mp4', '/d/film.de.srt', true],
  ['/d/film.mp4', '/d/film.vtt', true],
  ['/d/film.mp4', '/d/film.chapters.vtt', true],
  ['/d/film.mp4', '/d/film.jpg', true],
  ['/d/film.mp4', '/d/poster.jpg', true],
  ['/d/film.mp4', '/film.vtt', false],
  ['/d/film.mp4', '/d/film2.vtt', false],
  ['/d/film.mp4', '/d/film.mkv', false],
  ['/d/film.mp4', '/d/', false],
  ['/d/', '/d/any.mp4', true],
  ['/d/live.m3u8', '/d/live.en.vtt', true],
  ['/d/song.mp3', '/d/cover.jpg', true],
  ['/d/scan.pdf', '/d/scan.jpg', false],
  ['/d/scan.pdf', '/d/cover.jpg', false],
  ['/d/notes.txt', '/d/notes.chapters.txt', false],
  ['/d/a', '/d/a.vtt', false],
])('coversCompanion of %j for %j is %s', (scope, path, want) => {
  expect(coversCompanion(scope, path)).toBe(want)
})

describe('scopesOf', () => {
  it.each([
    ['/a/b/c.ts', ['/a/b/c.ts', '/', '/a/', '/a/b/']],
    ['/a/', ['/a/', '/']],
    ['/', ['/']],
    ['//a', ['//a', '/', '//']],
  ])('of %j are %j', (path, want) => expect(scopesOf(path)).toEqual(want))
})
