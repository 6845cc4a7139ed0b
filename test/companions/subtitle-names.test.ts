import { describe, expect, it } from 'vitest'
import {
  stemOf,
  subtitleLabel,
  subtitleLanguage,
  subtitlesOf,
} from '../../src/companions/subtitle-names.js'

describe('subtitlesOf', () => {
  it.each([
    ['film.mp4', 'film.vtt', undefined, []],
    ['film.mp4', 'film.srt', undefined, []],
    ['film.mp4', 'film.de-AT.vtt', 'de-AT', []],
    ['film', 'film.en.vtt', 'en', []],
    ['a.b.mp4', 'a.b.vtt', undefined, []],
    ['film.mp4', 'film.en.SRT', 'en', []],
    ['film.mp4', 'film.pt-BR.ass', 'pt-BR', []],
    ['film.mp4', 'film.pt_br.ssa', 'pt-BR', []],
    ['film.mp4', 'film.ger.srt', 'de', []],
    ['film.mp4', 'film.forced.srt', undefined, ['forced']],
    ['film.mp4', 'film.en.forced.sdh.srt', 'en', ['forced', 'SDH']],
    ['film.mp4', 'film.hi.srt', 'hi', []],
    ['film.mp4', 'film.en.hi.srt', 'en', ['SDH']],
    ['film.mp4', 'film.default.en.srt', 'en', []],
  ])('of %s finds %s with the language %s and the kinds %j', (video, name, language, kinds) => {
    expect(subtitlesOf(video, [name])).toMatchObject([{ name, language, kinds }])
  })

  it.each([
    'film.other.txt',
    'film.mp4',
    'films.vtt',
    'film.x.vtt',
    'film.1.vtt',
    'film.chapters.vtt',
    'film.toString.vtt',
    'film.en.other.vtt',
    'film..vtt',
    'other.en.srt',
    '.vtt',
  ])('of film.mp4 does not find %s', (name) => {
    expect(subtitlesOf('film.mp4', [name])).toEqual([])
  })
})

it.each([
  ['de', [], 'German'],
  ['pt-BR', ['SDH'], 'Brazilian Portuguese (SDH)'],
  [undefined, [], 'Subtitles'],
  [undefined, ['forced', 'commentary'], 'Subtitles (forced, commentary)'],
  ['qaa', [], 'qaa'],
] as const)('subtitleLabel of the language %s and %j is %s', (language, kinds, label) => {
  expect(subtitleLabel({ language, kinds })).toBe(label)
})

it('stemOf keeps the dot of a hidden file', () => {
  expect(['a.b.mp4', 'film', '.film', '.film.mp4'].map(stemOf)).toEqual([
    'a.b',
    'film',
    '.film',
    '.film',
  ])
})

it.each([
  ['film.srt', undefined],
  ['de.srt', undefined],
  ['film.ru.srt', 'ru'],
  ['a.b.pl.forced.srt', 'pl'],
])('subtitleLanguage of %s is %s', (name, language) => {
  expect(subtitleLanguage(name)).toBe(language)
})
