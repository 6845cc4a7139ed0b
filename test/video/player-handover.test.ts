import { describe, expect, it } from 'vitest'
import { PlayerHandover } from '../../src/video/player-handover.js'
import type { PlayerState } from '../../src/video/player-state.js'

const STATE: PlayerState = {
  position: 12.5,
  rate: 1.5,
  tracks: [],
  inPicture: false,
}

/** The part of a media element that a handover touches, as `load()` leaves it. */
class ResetMedia {
  playbackRate = 1
  paused = true
  plays = 0
  readonly textTracks = []
  readonly ownerDocument = {}

  async play(): Promise<void> {
    this.paused = false
    this.plays += 1
  }
}

function handoverTo(recover: (position: number) => unknown) {
  const media = new ResetMedia()
  return { media, handover: new PlayerHandover(media as unknown as HTMLMediaElement, recover) }
}

describe('PlayerHandover', () => {
  it('calls the player with the position, and plays its new source at the former rate', async () => {
    const positions: number[] = []
    const { media, handover } = handoverTo((position) => positions.push(position))
    await handover.begin(STATE, true)
    expect(handover.phase).toBe('under-way')
    handover.onLoadStart()
    handover.onMetadata()
    expect(positions).toEqual([12.5])
    expect(media).toMatchObject({ playbackRate: 1.5, paused: false })
    expect(handover.phase).toBe('none')
  })

  it('does not start a film that a person has paused', async () => {
    const { media, handover } = handoverTo(() => {})
    await handover.begin(STATE, false)
    handover.onLoadStart()
    handover.onMetadata()
    expect(media).toMatchObject({ playbackRate: 1.5, paused: true, plays: 0 })
  })

  it('is refused when the player throws, or its promise is rejected', async () => {
    for (const recover of [() => Promise.reject(new Error('no server')), throwing]) {
      const { handover } = handoverTo(recover)
      await handover.begin(STATE, true)
      expect(handover.phase).toBe('refused')
    }
  })

  it('ignores the rejection of a load that a later one has interrupted', async () => {
    const pending: (() => void)[] = []
    const { handover } = handoverTo(
      () => new Promise((_resolve, reject) => pending.push(() => reject(new Error('interrupted')))),
    )
    const first = handover.begin({ ...STATE }, true)
    handover.begin({ ...STATE }, true)
    pending[0]?.()
    await first
    expect(handover.phase).toBe('under-way')
  })

  it('leaves a source alone that the application sets later', async () => {
    const { media, handover } = handoverTo(() => {})
    await handover.begin(STATE, true)
    handover.end()
    handover.onLoadStart()
    handover.onMetadata()
    expect(media).toMatchObject({ playbackRate: 1, plays: 0 })
  })
})

function throwing(): never {
  throw new Error('no such film')
}
