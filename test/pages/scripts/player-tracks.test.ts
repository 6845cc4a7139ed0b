import { describe, expect, it } from 'vitest'
import { type ChosenTrack, Subtitles } from '../../../src/pages/scripts/player-tracks.js'

const track = (language: string, label: string, kind: TextTrackKind = 'subtitles'): ChosenTrack => {
  return { kind, label, language, mode: 'disabled' }
}

function subtitles(languages: readonly string[] = ['de-AT', 'en']) {
  const tracks = [
    track('', 'Chapters', 'chapters'),
    track('en', 'English'),
    track('de', 'German (forced)'),
    track('de', 'German'),
    track('', 'Subtitles', 'captions'),
  ]
  return { tracks, chosen: new Subtitles({ tracks: () => tracks, languages }) }
}

describe('Subtitles', () => {
  it('are those of the user’s language when turned on, and none when turned off', () => {
    const { tracks, chosen } = subtitles()
    expect(chosen.shown).toBeUndefined()
    expect(chosen.toggle()?.label).toBe('German')
    expect(tracks.map(({ mode }) => mode)).toEqual([
      'disabled',
      'disabled',
      'disabled',
      'showing',
      'disabled',
    ])
    expect(chosen.toggle()).toBeUndefined()
  })

  it('are those that were shown last when turned on again', () => {
    const { tracks, chosen } = subtitles()
    chosen.show(tracks[1])
    chosen.toggle()
    expect(chosen.toggle()?.label).toBe('English')
  })

  it.each([
    [undefined, undefined],
    ['de', 'German'],
    ['de-CH', 'German'],
    ['fr', undefined],
    ['', 'Subtitles'],
  ])('of the remembered language %s are %s', (language, label) => {
    const { chosen } = subtitles()
    chosen.restore(language)
    expect(chosen.shown?.label).toBe(label)
  })

  it('leaves tracks of other kinds alone', () => {
    const { tracks, chosen } = subtitles()
    Object.assign(tracks[0] as object, { mode: 'hidden' })
    chosen.toggle()
    expect(tracks[0]?.mode).toBe('hidden')
  })

  it('are none without tracks', () => {
    const none = new Subtitles({ tracks: () => [], languages: ['en'] })
    expect(none.toggle()).toBeUndefined()
  })
})
