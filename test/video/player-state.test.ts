import { describe, expect, it } from 'vitest'
import { playerState, restorePlayer, restoreTracks, seekTo } from '../../src/video/player-state.js'
import { FakeMedia } from '../fixture/fake-media.js'

const track = (label: string, mode = 'disabled') => ({
  kind: 'subtitles',
  label,
  language: 'de',
  mode,
})

describe('playerState', () => {
  it('is what load() resets: position, rate, and the modes of the tracks', () => {
    const media = new FakeMedia()
    media.reach(7)
    media.playbackRate = 1.5
    media.textTracks = [track('a', 'showing'), track('b')]
    const state = playerState(media.element)
    media.load()
    for (const each of media.textTracks) each.mode = 'disabled'
    restorePlayer(media.element, state)
    seekTo(media.element, state.position)
    expect([media.currentTime, media.playbackRate]).toEqual([7, 1.5])
    expect(media.textTracks.map(({ mode }) => mode)).toEqual(['showing', 'disabled'])
    expect(media.calls).not.toContain('picture')
  })

  it('asks for picture-in-picture again where it has closed, and bears a refusal', async () => {
    const media = new FakeMedia()
    media.ownerDocument.pictureInPictureElement = media
    const state = playerState(media.element)
    restorePlayer(media.element, state)
    expect(media.calls).toEqual([])
    media.ownerDocument.pictureInPictureElement = null
    restorePlayer(media.element, state)
    expect(media.calls).toEqual(['picture'])
  })
})

describe('restoreTracks', () => {
  it('knows a track within the file by what it is, and leaves new ones alone', () => {
    const media = new FakeMedia()
    media.textTracks = [track('a', 'showing'), track('b', 'hidden')]
    const state = playerState(media.element)
    media.textTracks = [track('b'), track('a'), track('c', 'showing')]
    restoreTracks(media.element, state)
    expect(media.textTracks.map(({ mode }) => mode)).toEqual(['hidden', 'showing', 'showing'])
  })
})

describe('seekTo', () => {
  it('does not seek in a stream without an end', () => {
    const media = new FakeMedia()
    media.readyState = 1
    media.duration = Number.POSITIVE_INFINITY
    seekTo(media.element, 9)
    expect(media.currentTime).toBe(0)
  })

  it('seeks before the duration is known', () => {
    const media = new FakeMedia()
    seekTo(media.element, 9)
    expect(media.currentTime).toBe(9)
  })
})
