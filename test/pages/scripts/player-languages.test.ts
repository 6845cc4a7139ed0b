import { expect, it } from 'vitest'
import { preferredTrack } from '../../../src/pages/scripts/player-languages.js'

const TRACKS = [
  { language: 'en', label: 'English (forced)' },
  { language: 'fr', label: 'French' },
  { language: 'de-AT', label: 'German' },
  { language: 'de', label: 'German' },
  { language: '', label: 'Subtitles' },
]

it.each([
  [['de'], 3],
  [['de-AT'], 2],
  [['de-CH'], 2],
  [['DE-at'], 2],
  [['ja', 'fr-CA'], 1],
  [['en', 'fr'], 1],
  [['en'], 0],
  [['ja'], 1],
  [[], 1],
])('preferredTrack for %j is %i', (languages, index) => {
  expect(preferredTrack(TRACKS, languages)).toBe(index)
})

it('preferredTrack is the first one where all are of foreign speech, and -1 without tracks', () => {
  expect(preferredTrack(TRACKS.slice(0, 1), ['ja'])).toBe(0)
  expect(preferredTrack([], ['en'])).toBe(-1)
})
