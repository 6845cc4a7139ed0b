import { describe, expect, it } from 'vitest'
import { companionsOf, isCompanion } from '../../src/companions/companions.js'

describe('companionsOf', () => {
  it('finds subtitles, chapters and the neighbours that can be played', () => {
    const names = [
      '1.mp4',
      '2.ts',
      '3.mkv',
      '3.chapters.vtt',
      '3.de.srt',
      '3.txt',
      '4.mp3',
      '5.mp4',
    ]
    expect(companionsOf('3.mkv', names)).toEqual({
      subtitles: [{ name: '3.de.srt', format: 'srt', language: 'de', kinds: [] }],
      chapters: '3.chapters.vtt',
      poster: undefined,
      previous: '1.mp4',
      next: '4.mp3',
    })
  })

  it.each([
    ['1.mp4', ['1.mp4', '2.mp4'], undefined, '2.mp4'],
    ['2.mp4', ['1.mp4', '2.mp4'], '1.mp4', undefined],
    ['1.mp4', ['1.mp4'], undefined, undefined],
    ['other', ['1.mp4'], undefined, undefined],
    ['1.mp4', [], undefined, undefined],
  ])('of %s among %j has the neighbours %s and %s', (file, names, previous, next) => {
    expect(companionsOf(file, names)).toMatchObject({ previous, next })
  })

  it.each([
    [['a.jpg', 'poster.jpg'], 'a.jpg'],
    [['b.jpg', 'Cover.PNG'], 'Cover.PNG'],
    [['b.jpg'], undefined],
  ])('of a.mp4 among %j have the poster %s', (names, poster) => {
    expect(companionsOf('a.mp4', names).poster).toBe(poster)
  })

  it('prefers chapters in WebVTT', () => {
    const names = ['a.chapters.txt', 'a.chapters.vtt']
    expect(companionsOf('a.mp4', names).chapters).toBe('a.chapters.vtt')
    expect(companionsOf('a.mp4', names.slice(0, 1)).chapters).toBe('a.chapters.txt')
  })
})

it.each([
  ['a.srt', true],
  ['a.chapters.txt', true],
  ['a.txt', false],
  ['b.srt', false],
  ['a.jpg', true],
  ['poster.jpg', true],
  ['b.jpg', false],
  ['a.mp4', false],
])('isCompanion of a.mp4 and %s is %s', (name, expected) => {
  expect(isCompanion('a.mp4', name)).toBe(expected)
})
