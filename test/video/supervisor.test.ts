import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GuardOptions } from '../../src/video/guard-options.js'
import { settleGuardOptions } from '../../src/video/guard-settings.js'
import type { GuardState } from '../../src/video/guard-state.js'
import type { RegisteredWorker } from '../../src/video/register-worker.js'
import { Supervisor } from '../../src/video/supervisor.js'
import type { WorkerMessage } from '../../src/video/worker-message.js'
import { FakeMedia } from '../fixture/fake-media.js'

const FILM = 'http://a/f.mp4'
const sends = (etag: string) => () =>
  new Response(null, { status: 206, headers: { etag, 'content-range': 'bytes 0-0/900' } })
const ONE = sends('"1"')
const OTHER = sends('"2"')
const DOWN = () => {
  throw new TypeError('Failed to fetch')
}
const responds =
  (status: number, headers = {}) =>
  () =>
    new Response(null, { status, headers })

const NONE: RegisteredWorker = { kind: 'unavailable', reason: 'none' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A guarded element, the server that its requests meet, and what the supervisor shows. */
class Scene {
  readonly window = new EventTarget()
  readonly states: GuardState[] = []
  readonly shown: string[] = []
  server: () => Response = ONE
  requests = 0
  /** How often the frame was kept. */
  kept = 0
  readonly supervisor: Supervisor

  constructor(
    options: GuardOptions = {},
    worker = NONE,
    prepare = (_media: FakeMedia) => {},
    readonly media = new FakeMedia(),
  ) {
    const fetch = async () => {
      this.requests += 1
      return this.server()
    }
    prepare(this.media)
    const settings = settleGuardOptions({ fetch: fetch as never, ...options })
    const view = {
      keep: () => {
        this.kept += 1
      },
      cover: () => this.shown.push('cover'),
      uncover: () => this.shown.push('uncover'),
      show: (state: GuardState) => this.states.push(state),
    }
    this.supervisor = new Supervisor(this.media.element, settings, view, {
      worker: Promise.resolve(worker),
      now: Date.now,
      chance: () => 1,
      origin: 'http://a',
      window: this.window,
    })
  }

  get kind(): string {
    return this.supervisor.state.kind
  }

  /** Lets time pass, and what has been requested arrive. */
  pass(ms = 0): Promise<unknown> {
    return vi.advanceTimersByTimeAsync(ms)
  }

  /** Plays the film up to 7 s. */
  async play(): Promise<this> {
    this.media.src = FILM
    this.media.start()
    this.media.arrive()
    await this.pass()
    this.media.play()
    this.media.reach(6)
    this.media.reach(7)
    this.media.calls.length = 0
    this.shown.length = 0
    return this
  }

  /** The browser loads what was called last, and plays on. */
  recover(): void {
    this.media.start()
    this.media.arrive()
    const { currentTime } = this.media
    this.media.reach(currentTime + 0.1)
    this.media.reach(currentTime + 0.2)
  }
}

const playing = (options?: GuardOptions, worker?: RegisteredWorker) =>
  new Scene(options, worker).play()

describe('Supervisor', () => {
  it('is idle, then playing, and pins the version beside playback', async () => {
    const scene = new Scene()
    expect(scene.kind).toBe('idle')
    await scene.play()
    expect(scene.kind).toBe('playing')
    expect(scene.requests).toBe(1)
  })

  it('plays on at the position after the server was dead for 5 minutes', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass()
    expect(scene.supervisor.state).toMatchObject({
      kind: 'reconnecting',
      attempt: 2,
      reason: 'unreachable',
    })
    await scene.pass(300_000)
    expect(scene.kind).toBe('reconnecting')
    expect(scene.media.calls).toEqual([])
    // The buffer may play on meanwhile: its last frame is what stays painted.
    expect(scene.kept).toBeGreaterThan(100)
    scene.server = ONE
    await scene.pass(8_000)
    expect(scene.media.calls).toEqual([`load ${FILM}`, 'play'])
    expect(scene.shown.at(-1)).toBe('cover')
    scene.recover()
    expect(scene.kind).toBe('playing')
    expect(scene.media.currentTime).toBeCloseTo(7.2)
    expect(scene.shown.at(-1)).toBe('uncover')
  })

  it('gives up after retryFor, and tries again when the network is back', async () => {
    const scene = await playing({ retryFor: '1m' })
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(70_000)
    expect(scene.supervisor.state).toEqual({ kind: 'gave-up', reason: 'time' })
    scene.server = ONE
    scene.window.dispatchEvent(new Event('online'))
    await scene.pass()
    scene.recover()
    expect(scene.kind).toBe('playing')
  })

  it('does not count the time that a laptop sleeps, and tries at once when it wakes up', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(9_000)
    const { requests } = scene
    vi.setSystemTime(Date.now() + 8 * 3_600_000)
    await scene.pass(1_000)
    expect(scene.requests).toBe(requests + 1)
    expect(scene.kind).toBe('reconnecting')
  })

  it.each([
    ['503', responds(503, { 'retry-after': '20' })],
    ['429', responds(429, { 'retry-after': '20' })],
  ])('heeds the Retry-After of a %s', async (_, busy) => {
    const scene = await playing()
    scene.server = busy
    scene.media.fail(4)
    await scene.pass()
    const { requests } = scene
    await scene.pass(19_900)
    expect(scene.requests).toBe(requests)
    scene.server = ONE
    await scene.pass(100)
    scene.recover()
    expect(scene.kind).toBe('playing')
  })

  it('retries at once when a person wants it', async () => {
    const scene = await playing()
    scene.server = responds(503, { 'retry-after': '20' })
    scene.media.fail(4)
    await scene.pass()
    scene.server = ONE
    scene.supervisor.wake()
    await scene.pass()
    scene.recover()
    expect(scene.kind).toBe('playing')
  })

  it('requests the version after a third of the stall time, and reconnects where no response comes', async () => {
    const scene = await playing()
    scene.media.readyState = 2
    await scene.pass(3_000)
    expect(scene.kind).toBe('playing')
    scene.server = DOWN
    await scene.pass(2_000)
    expect(scene.supervisor.state).toMatchObject({ kind: 'reconnecting' })
  })

  it('loads again after a stall of 10 s, though the server responds', async () => {
    const scene = await playing()
    scene.media.readyState = 2
    await scene.pass(11_500)
    expect(scene.media.calls).toEqual([`load ${FILM}`, 'play'])
    scene.recover()
    expect(scene.kind).toBe('playing')
  })

  it('takes no stall where the page is paused', async () => {
    const scene = await playing()
    scene.media.pause()
    await scene.pass(60_000)
    expect(scene.kind).toBe('idle')
    expect(scene.media.calls).toEqual(['pause'])
  })

  it('goes on where the browser has reconnected by itself, and verifies the version', async () => {
    const scene = await playing()
    scene.media.readyState = 2
    scene.server = DOWN
    await scene.pass(5_500)
    expect(scene.kind).toBe('reconnecting')
    scene.server = ONE
    scene.media.readyState = 4
    scene.media.reach(7.5)
    scene.media.reach(8)
    await scene.pass()
    expect(scene.kind).toBe('playing')
    expect(scene.media.calls).toEqual([])
  })

  it('stays paused where a person paused it during the outage', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(1_000)
    scene.media.pause()
    scene.server = ONE
    await scene.pass(8_000)
    expect(scene.media.calls).toEqual(['pause', `load ${FILM}`, 'pause'])
    scene.media.start()
    scene.media.arrive()
    expect(scene.kind).toBe('idle')
  })

  it('stays paused where the page paused it after Chromium had, at the error', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    scene.media.pause()
    await scene.pass(1_000)
    expect(scene.media.paused).toBe(false)
    scene.media.pause()
    scene.server = ONE
    await scene.pass(8_000)
    expect(scene.media.calls.slice(-2)).toEqual([`load ${FILM}`, 'pause'])
    scene.recover()
    expect([scene.kind, scene.media.paused]).toEqual(['idle', true])
  })

  it('starts a film whose first response was a 503', async () => {
    const scene = new Scene()
    scene.server = responds(503)
    scene.media.src = FILM
    scene.media.start()
    scene.media.play()
    scene.media.fail(4)
    await scene.pass(20_000)
    expect(scene.supervisor.state).toMatchObject({ kind: 'reconnecting', reason: 'unavailable' })
    scene.server = ONE
    await scene.pass(8_000)
    scene.recover()
    expect(scene.kind).toBe('playing')
  })

  it('finds an element that has failed before it was guarded', async () => {
    const scene = new Scene({}, NONE, (media) => {
      media.sources = [{ src: FILM, type: '' }]
      media.start()
      media.networkState = 3
    })
    await scene.pass(1_000)
    expect(scene.media.calls).toEqual([`load ${FILM}`])
  })

  it('takes over an element that has its metadata already', async () => {
    const scene = new Scene({}, NONE, (media) => {
      media.src = FILM
      media.start()
      media.arrive()
    })
    await scene.pass()
    expect(scene.requests).toBe(1)
  })

  it.each([
    [404, 'gone'],
    [410, 'gone'],
    [403, 'refused'],
  ])('gives up at a %i', async (status, reason) => {
    const scene = await playing()
    scene.server = responds(status)
    scene.media.fail(4)
    await scene.pass()
    expect(scene.supervisor.state).toEqual({ kind: 'gave-up', reason, status })
  })

  it('stops when the version has changed, and plays the new one from its start when it is chosen', async () => {
    const scene = await playing()
    scene.server = OTHER
    scene.media.fail(2)
    await scene.pass()
    expect(scene.supervisor.state).toEqual({ kind: 'changed', pinned: '"1"', current: '"2"' })
    await scene.pass(60_000)
    expect(scene.media.calls).toEqual(['pause'])
    scene.supervisor.startNew()
    expect(scene.media.calls.slice(1)).toEqual([`load ${FILM}?lastbyte-load=1`, 'play'])
    expect(scene.media.currentTime).toBe(0)
    scene.recover()
    expect(scene.kind).toBe('playing')
  })

  it('knows the version that an earlier guard of its element has pinned', async () => {
    const { media, supervisor } = await playing()
    supervisor.release()
    const fetch = async () => OTHER()
    const next = new Scene({ fetch: fetch as never }, NONE, undefined, media)
    await next.pass(1_000)
    expect(next.supervisor.state).toEqual({ kind: 'changed', pinned: '"1"', current: '"2"' })
  })

  it('stays given up in a hidden page, whose timers are late each minute', async () => {
    const scene = await playing({ retryFor: 20_000 })
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(30_000)
    expect(scene.kind).toBe('gave-up')
    const { requests } = scene
    for (let minute = 0; minute < 10; minute += 1) {
      vi.setSystemTime(Date.now() + 59_000)
      await scene.pass(1_000)
    }
    expect([scene.kind, scene.requests]).toEqual(['gave-up', requests])
    vi.setSystemTime(Date.now() + 600_000)
    await scene.pass(1_000)
    expect(scene.kind).toBe('reconnecting')
  })

  it('does nothing more after a release, also by its own callback or a second time', async () => {
    const scene: Scene = new Scene({}, NONE)
    await scene.play()
    const show = vi.spyOn(scene.states, 'push').mockImplementation((state: GuardState) => {
      if (state.kind !== 'playing') scene.supervisor.release()
      return 0
    })
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(60_000)
    scene.supervisor.wake()
    scene.supervisor.startNew()
    await scene.pass(60_000)
    expect(show.mock.calls.map(([state]) => state?.kind)).toEqual(['reconnecting', 'idle'])
    expect([scene.media.calls, vi.getTimerCount()]).toEqual([[], 0])
  })

  it('stays paused after a change, though its own controls are told to play', async () => {
    const scene = await playing()
    scene.server = OTHER
    scene.media.fail(2)
    await scene.pass()
    scene.media.error = null
    scene.shown.length = 0
    scene.media.play()
    expect([scene.media.paused, scene.kind, scene.shown]).toEqual([true, 'changed', []])
  })

  it('stops when a load turns out to be of another version', async () => {
    const scene = await playing()
    scene.media.fail(2)
    await scene.pass(1_500)
    scene.server = OTHER
    scene.media.start()
    scene.media.arrive()
    await scene.pass()
    expect(scene.kind).toBe('changed')
  })

  it('pins anew when the application sets another source, also during an outage', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(1_000)
    scene.server = OTHER
    scene.media.src = 'http://a/g.mp4'
    scene.media.start()
    expect(scene.kind).toBe('idle')
    scene.media.arrive()
    await scene.pass()
    scene.media.play()
    expect(scene.kind).toBe('playing')
  })

  it('leaves an element alone that is removed, and its page', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(1_000)
    scene.media.isConnected = false
    scene.media.paused = true
    await scene.pass(1_000)
    expect(scene.kind).toBe('idle')
  })

  it('does not guard a stream of a camera or a blob', async () => {
    const scene = new Scene()
    scene.media.src = 'blob:http://a/1'
    scene.media.start()
    scene.media.fail(3)
    await scene.pass(30_000)
    expect(scene.kind).toBe('idle')
    expect(scene.requests).toBe(0)
  })

  it('has a player with a loader of its own load at the position, after each stall', async () => {
    const recover = vi.fn()
    const scene = new Scene({ recover })
    scene.media.src = 'blob:http://a/1'
    scene.media.start()
    scene.media.arrive()
    scene.media.play()
    scene.media.reach(7)
    scene.media.readyState = 2
    await scene.pass(11_000)
    expect(recover).toHaveBeenCalledExactlyOnceWith(7)
    scene.media.reach(7.1)
    scene.media.reach(7.2)
    expect(scene.kind).toBe('playing')
    expect(scene.requests).toBe(0)
  })

  it('sets the clock of Firefox by a seek to where it is, when data arrives after a stall', async () => {
    const scene = await playing()
    await scene.pass(2_000)
    scene.media.emit('progress')
    expect([scene.media.seeking, scene.media.currentTime]).toEqual([true, 7])
  })

  it('covers an element that stands still after an error, as Firefox shows an error there', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    expect(scene.shown).not.toContain('cover')
    await scene.pass(2_500)
    expect(scene.shown).toContain('cover')
  })

  it('leaves no timer where it is released while its element waits for data', async () => {
    const scene = await playing()
    const before = vi.getTimerCount()
    scene.media.readyState = 2
    scene.media.emit('waiting')
    expect(vi.getTimerCount()).toBeGreaterThan(before)
    scene.supervisor.release()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does nothing more after it was released', async () => {
    const scene = await playing()
    scene.server = DOWN
    scene.media.fail(2)
    await scene.pass(1_000)
    scene.supervisor.release()
    const { requests } = scene
    scene.server = ONE
    scene.media.emit('timeupdate')
    await scene.pass(60_000)
    expect(scene.requests).toBe(requests)
    expect(scene.media.calls).toEqual([])
    expect(scene.states.at(-1)).toEqual({ kind: 'idle' })
  })
})

describe('Supervisor with a service worker', () => {
  function workerOf() {
    const retry = vi.fn()
    const listeners: ((message: WorkerMessage) => void)[] = []
    const worker: RegisteredWorker = {
      kind: 'controlling',
      retry,
      onMessage: (listener) => {
        listeners.push(listener)
        return () => {}
      },
    }
    const post = (message: Partial<WorkerMessage> & { kind: string }) => {
      for (const listener of listeners)
        listener({ lastbyte: 1, read: '1', ...message } as WorkerMessage)
    }
    return { worker, retry, post }
  }

  /** A film that plays from the worker. */
  async function pinned(options: GuardOptions = {}) {
    const { worker, retry, post } = workerOf()
    const scene = new Scene(options, worker)
    scene.media.src = FILM
    scene.media.start()
    scene.media.arrive()
    await scene.pass()
    scene.recover()
    scene.media.play()
    scene.media.calls.length = 0
    return { scene, retry, post }
  }

  it('loads the pinned URL once the version is known, without an outage', async () => {
    const { scene } = await pinned()
    expect(scene.media.src).toMatch(/^http:\/\/a\/f\.mp4#lastbyte=900,/)
    expect(scene.kind).toBe('playing')
    expect(scene.states.map(({ kind }) => kind)).not.toContain('reconnecting')
  })

  it('loads no pinned URL while a call of play() waits, whose promise that would reject', async () => {
    const { worker } = workerOf()
    const scene = new Scene({}, worker)
    scene.media.src = FILM
    scene.media.start()
    scene.media.readyState = 2
    scene.media.play()
    scene.media.emit('loadedmetadata')
    await scene.pass()
    expect([scene.requests, scene.media.src]).toEqual([1, FILM])
    scene.media.readyState = 4
    scene.media.emit('playing')
    expect(scene.media.src).toMatch(/#lastbyte=/)
  })

  it('asks a worker that waits to go on before it loads again', async () => {
    const { scene, retry } = await pinned()
    scene.media.readyState = 2
    scene.server = DOWN
    await scene.pass(5_500)
    expect(scene.kind).toBe('reconnecting')
    scene.server = ONE
    await scene.pass(8_000)
    expect(retry).toHaveBeenCalled()
    expect(scene.media.calls).toEqual([])
    await scene.pass(25_000)
    expect(scene.media.calls[0]).toMatch(/^load .*#lastbyte=/)
  })

  it('passes the messages about its own media on, and verifies a change', async () => {
    const onEvent = vi.fn()
    const { scene, post } = await pinned({ onEvent })
    post({ url: 'http://a/g.mp4', kind: 'closed' })
    expect(onEvent).not.toHaveBeenCalled()
    await scene.pass(1_500)
    scene.server = OTHER
    post({ url: scene.media.currentSrc, kind: 'received', start: 0, end: 9, attempt: 1 })
    post({ url: scene.media.currentSrc, kind: 'changed', pinned: '"1"', current: '"2"' })
    await scene.pass()
    expect(onEvent).toHaveBeenCalledTimes(2)
    expect(scene.kind).toBe('changed')
  })
})
