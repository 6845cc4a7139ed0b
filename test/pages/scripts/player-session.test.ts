import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  describeSession,
  handleSession,
  type Session,
  tellPosition,
} from '../../../src/pages/scripts/player-session.js'

afterEach(() => vi.unstubAllGlobals())

function scene(unknown: readonly string[] = []) {
  const handlers = new Map<string, MediaSessionActionHandler | null>()
  const states: unknown[] = []
  const session: Session = {
    metadata: null,
    setActionHandler: (action, handler) => {
      if (unknown.includes(action)) throw new TypeError(action)
      handlers.set(action, handler)
    },
    setPositionState: (state) => states.push(state),
  }
  const media = {
    currentTime: 30,
    duration: 60,
    playbackRate: 2,
    play: vi.fn(async () => {}),
    pause: vi.fn(),
  }
  return { session, media, handlers, states }
}

describe('handleSession', () => {
  it('plays, pauses and seeks', () => {
    const { session, media, handlers } = scene()
    handleSession(session, { media, previous: undefined, next: undefined })
    const run = (action: MediaSessionAction, details = {}) =>
      handlers.get(action)?.({ action, ...details })
    run('play')
    run('pause')
    expect([media.play.mock.calls.length, media.pause.mock.calls.length]).toEqual([1, 1])
    run('seekforward')
    expect(media.currentTime).toBe(40)
    run('seekbackward', { seekOffset: 50 })
    expect(media.currentTime).toBe(0)
    run('seekto', { seekTime: 99 })
    expect(media.currentTime).toBe(60)
  })

  it('opens the neighbours, if there are any', () => {
    const { session, media, handlers } = scene()
    const next = vi.fn()
    handleSession(session, { media, previous: undefined, next })
    handlers.get('nexttrack')?.({ action: 'nexttrack' })
    expect(next).toHaveBeenCalledTimes(1)
    expect(handlers.get('previoustrack')).toBeNull()
  })

  it('goes on in a browser that does not know an action', () => {
    const { session, media, handlers } = scene(['seekto'])
    handleSession(session, { media, previous: undefined, next: () => {} })
    expect(handlers.has('nexttrack')).toBe(true)
  })
})

it('describeSession tells the name without its extension, the folder and the picture', () => {
  const { session } = scene()
  vi.stubGlobal(
    'MediaMetadata',
    class {
      constructor(init: object) {
        Object.assign(this, init)
      }
    },
  )
  describeSession(session, { name: 'a.b.mp3', folder: 'Songs', artwork: 'http://h/cover.jpg' })
  expect(session.metadata).toMatchObject({
    title: 'a.b',
    album: 'Songs',
    artwork: [{ src: 'http://h/cover.jpg' }],
  })
  describeSession(session, { name: 'x', folder: '', artwork: undefined })
  expect(session.metadata).toMatchObject({ title: 'x', artwork: [] })
})

it('tellPosition tells a position within a known duration, and no other', () => {
  const { session, media, states } = scene()
  tellPosition(session, media)
  for (const change of [{ duration: Number.NaN }, { duration: 0 }, { duration: 20 }]) {
    tellPosition(session, { ...media, ...change })
  }
  expect(states).toEqual([{ duration: 60, playbackRate: 2, position: 30 }])
})
