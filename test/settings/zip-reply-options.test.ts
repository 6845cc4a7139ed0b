import { describe, expect, it } from 'vitest'
import { readZipCall } from '../../src/settings/zip-reply-options.js'

describe('The entries of reply.zip', () => {
  it.each([
    ['films/a.mp4', { key: 'films/a.mp4', name: 'films/a.mp4' }],
    ['/films/a.mp4', { key: 'films/a.mp4', name: 'films/a.mp4' }],
    ['films/', { key: 'films/', name: 'films/' }],
    ['', { key: '', name: '' }],
    ['/', { key: '', name: '' }],
    [
      { path: 'a', name: 'b/c' },
      { key: 'a', name: 'b/c' },
    ],
    [
      { path: 'films/', name: 'F' },
      { key: 'films/', name: 'F/' },
    ],
    [
      { path: 'films/', name: 'F/' },
      { key: 'films/', name: 'F/' },
    ],
    [
      { path: 'films/', name: '' },
      { key: 'films/', name: '' },
    ],
    [
      { path: 'films', name: 'F' },
      { key: 'films', name: 'F' },
    ],
    [
      { path: '', name: 'all' },
      { key: '', name: 'all/' },
    ],
  ])('%j is %j', (entry, selection) => {
    expect(readZipCall([entry], undefined).selections).toEqual([selection])
  })

  it.each([
    null,
    undefined,
    5,
    {},
    { path: '../a' },
    { path: 'a/../b' },
    { path: 'a', name: '../b' },
    { path: 'a', name: '' },
    { path: 'a', name: null },
    { path: 'a', name: 'b//c' },
    { path: 'a', name: './b' },
    { path: 'a', name: 'c:b' },
    { path: 'a', name: 'b\n' },
  ])('%j is refused by its place', (entry) => {
    expect(() => readZipCall(['a', entry], undefined)).toThrow(
      /^entries\[1\]\.(path|name): expected /,
    )
  })
})

it('The name of an archive is files.zip by default', () => {
  expect(readZipCall([], undefined)).toEqual({
    name: 'files.zip',
    selections: [],
    signal: undefined,
  })
  expect(readZipCall([], { name: 'a.zip' }).name).toBe('a.zip')
})
