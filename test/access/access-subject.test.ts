import { expect, it } from 'vitest'
import { subjectOf } from '../../src/access/access-subject.js'

const file = (path: string, key: string, shownBy: string) => ({ kind: 'file', path, key, shownBy })

it.each([
  [undefined, 0, { kind: 'unnamed' }],
  ['/', 0, file('/', '', 'itself')],
  ['/d/film.mp4', 0, file('/d/film.mp4', 'd/film.mp4', 'itself')],
  ['/p/d/film.mp4', 1, file('/p/d/film.mp4', 'd/film.mp4', 'itself')],
  ['/p/-/watch/d/film.mp4', 1, file('/p/d/film.mp4', 'd/film.mp4', 'page')],
  ['/-/watch/', 0, file('/', '', 'page')],
  ['/-/watch', 0, { kind: 'server' }],
  ['/-/subtitles/film.srt', 0, file('/film.srt', 'film.srt', 'part')],
  ['/-/posters/film.mp4', 0, file('/film.mp4', 'film.mp4', 'part')],
  ['/-/constructor/film.mp4', 0, { kind: 'server' }],
  ['/-/assets/lastbyte.css', 0, { kind: 'open' }],
  ['/-/healthz', 0, { kind: 'open' }],
  ['/-/readyz', 0, { kind: 'open' }],
  ['/-/metrics', 0, { kind: 'server' }],
  ['/-/', 0, { kind: 'server' }],
  ['/-', 0, { kind: 'server' }],
  ['/-/transfers', 0, { kind: 'watcher' }],
  ['/-/transfers/1', 0, { kind: 'watcher' }],
  ['/-/faults/journal', 0, { kind: 'watcher' }],
  ['/p/-/metrics', 0, file('/p/-/metrics', 'p/-/metrics', 'itself')],
])('subjectOf %j below %i segments', (path, depth, want) => {
  expect(subjectOf(path, { depth, hasOwn: true })).toEqual(want)
})

it('takes everything for files where there are no pages', () => {
  const want = file('/-/healthz', '-/healthz', 'itself')
  expect(subjectOf('/-/healthz', { depth: 0, hasOwn: false })).toEqual(want)
})
