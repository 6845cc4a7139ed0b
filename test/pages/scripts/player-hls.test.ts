import { describe, expect, it, vi } from 'vitest'
import { type HlsClass, playHls } from '../../../src/pages/scripts/player-hls.js'
import { fakeElement } from '../../fixture/fake-document.js'

function media(answer: '' | 'maybe') {
  const load = vi.fn()
  const canPlayType = () => answer
  return fakeElement<HTMLMediaElement>('video', { src: 'http://h/a.m3u8', canPlayType, load })
}

function hls(supported = true) {
  const calls: unknown[][] = []
  let onError: (event: string, data: { fatal: boolean; type: string }) => void = () => {}
  class Hls {
    static isSupported = () => supported
    constructor(options: object) {
      calls.push(['new', options])
    }
    loadSource = (url: string) => calls.push(['loadSource', url])
    attachMedia = () => calls.push(['attachMedia'])
    startLoad = (position: number) => calls.push(['startLoad', position])
    recoverMediaError = () => calls.push(['recoverMediaError'])
    on = (_event: string, listener: typeof onError) => {
      onError = listener
    }
  }
  const module = Hls as unknown as HlsClass
  return {
    calls,
    module,
    fail: (fatal: boolean, type: string) => onError('hlsError', { fatal, type }),
  }
}

describe('playHls', () => {
  it('leaves a playlist to a browser that plays it', async () => {
    const load = vi.fn()
    expect(await playHls(media('maybe'), load)).toEqual({ kind: 'native' })
    expect(load).not.toHaveBeenCalled()
  })

  it('plays it by hls.js elsewhere, without a worker, and again from a position', async () => {
    const { calls, module } = hls()
    const playback = await playHls(media(''), async () => module)
    expect(calls).toEqual([
      ['new', { enableWorker: false }],
      ['loadSource', 'http://h/a.m3u8'],
      ['attachMedia'],
    ])
    if (playback.kind !== 'script') throw new Error(playback.kind)
    playback.recover(12)
    expect(calls.at(-1)).toEqual(['startLoad', 12])
  })

  it('recovers from a fatal error of the decoder', async () => {
    const { calls, module, fail } = hls()
    await playHls(media(''), async () => module)
    fail(false, 'mediaError')
    fail(true, 'networkError')
    expect(calls).toHaveLength(3)
    fail(true, 'mediaError')
    expect(calls.at(-1)).toEqual(['recoverMediaError'])
  })

  it('tells how to install hls.js where the server has none', async () => {
    const playback = await playHls(media(''), () => Promise.reject(new TypeError('404')))
    expect(playback).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('npm install hls.js'),
    })
  })

  it('tells that a browser without Media Source Extensions can’t play it', async () => {
    const { module } = hls(false)
    expect(await playHls(media(''), async () => module)).toMatchObject({ kind: 'none' })
  })
})
