import { expect, it } from 'vitest'
import { preferredFirst } from '../../../src/admin/watch/preferred-subtitles.js'
import { subtitlesOf } from '../../../src/companions/subtitle-names.js'

const SUBTITLES = subtitlesOf('f.mp4', ['f.de-AT.srt', 'f.en.srt', 'f.fr.srt', 'f.srt'])

it.each([
  [undefined, ['de-AT', 'en', 'fr', undefined]],
  ['fr', ['fr', 'de-AT', 'en', undefined]],
  ['en-US,en;q=0.9,fr;q=0.8', ['en', 'fr', 'de-AT', undefined]],
  ['de;q=0.5, fr', ['fr', 'de-AT', 'en', undefined]],
  ['*', ['de-AT', 'en', 'fr', undefined]],
  ['ja', ['de-AT', 'en', 'fr', undefined]],
  ['', ['de-AT', 'en', 'fr', undefined]],
  [';;,=q;q=x', ['de-AT', 'en', 'fr', undefined]],
])('preferredFirst orders subtitles for Accept-Language: %s', (header, languages) => {
  const headers = header === undefined ? {} : { 'accept-language': header }
  const sorted = preferredFirst(SUBTITLES, { headers })
  expect(sorted.map(({ language }) => language)).toEqual(languages)
})
