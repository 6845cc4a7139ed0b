import { describe, expect, it } from 'vitest'
import { picturesAmong } from '../../src/companions/poster-names.js'
import { posterUrl } from '../../src/pages/posters.js'

describe('posterUrl', () => {
  const pictures = picturesAmong(['film #1.jpg'])
  const place = { base: '', route: '../-/posters/films/' }
  const file = { kind: 'file', size: 1 } as const
  it.each([
    ['the poster beside a video', { ...file, name: 'film #1.mp4' }, 'film%20%231.jpg'],
    ['the cover in a video', { ...file, name: 'a?.mp4' }, '../-/posters/films/a%3F.mp4'],
    ['the cover in a song', { ...file, name: 'a.mp3' }, '../-/posters/films/a.mp3'],
    ['nothing for a format without covers', { ...file, name: 'a.avi' }, undefined],
    ['a URL for a picture whose name has none', { ...file, name: 'a\ud800.png' }, 'a%EF%BF%BD.png'],
    [
      'a URL for a folder whose name has none',
      { name: '\udfff', kind: 'directory', size: 0 },
      '../-/posters/films/%EF%BF%BD/',
    ],
    ['nothing for text', { ...file, name: 'film #1.txt' }, undefined],
    ['a picture itself', { ...file, name: 'a:b.png' }, 'a%3Ab.png'],
    ['nothing for a huge picture', { ...file, name: 'a.png', size: 5e6 }, undefined],
    ['the poster in a folder', { name: 'd', kind: 'directory', size: 0 }, '../-/posters/films/d/'],
  ] as const)('is %s', (_what, entry, want) => {
    expect(posterUrl(entry, pictures, place)).toBe(want)
  })

  it('is relative to the URL of the listing', () => {
    const entry = { ...file, name: 'film #1.mp4' }
    const place = { base: 'films/', route: undefined }
    expect(posterUrl(entry, pictures, place)).toBe('films/film%20%231.jpg')
  })

  it('names no cover and no folder without the route of posters', () => {
    const place = { base: '', route: undefined }
    expect(posterUrl({ ...file, name: 'a.mp3' }, pictures, place)).toBeUndefined()
    expect(posterUrl({ name: 'd', kind: 'directory', size: 0 }, pictures, place)).toBeUndefined()
  })
})
