import { afterEach, describe, expect, it, vi } from 'vitest'
import { LatestProbe } from '../../src/video/latest-probe.js'

const URL_OF_FILM = 'http://a/f.mp4'

/** A probe whose requests wait for the test, or for their signal. */
function scene() {
  const answers: (() => void)[] = []
  const fetch = (_url: unknown, { signal }: RequestInit = {}) =>
    new Promise<Response>((resolve, reject) => {
      answers.push(() => resolve(new Response(null, { status: 206, headers: { etag: '"1"' } })))
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  const port = {
    fetch: fetch as never,
    now: () => 0,
    origin: 'http://a',
    credentials: 'omit',
  } as const
  return { answers, probe: new LatestProbe(port, 1_000) }
}

afterEach(() => vi.useRealTimers())

describe('LatestProbe', () => {
  it('resolves to what the server sends', async () => {
    const { answers, probe } = scene()
    const result = probe.run(URL_OF_FILM)
    expect(probe.isRunning).toBe(true)
    answers[0]?.()
    expect(await result).toMatchObject({ kind: 'available', version: { etag: '"1"' } })
    expect(probe.isRunning).toBe(false)
  })

  it('replaces the one that runs', async () => {
    const { answers, probe } = scene()
    const first = probe.run(URL_OF_FILM)
    const second = probe.run(URL_OF_FILM)
    answers[1]?.()
    expect(await first).toBeUndefined()
    expect(await second).toMatchObject({ kind: 'available' })
  })

  it('has no result after it was cancelled', async () => {
    const { probe } = scene()
    const result = probe.run(URL_OF_FILM)
    probe.cancel()
    expect(await result).toBeUndefined()
    probe.cancel()
  })

  it('takes a server that does not respond in time for unreachable', async () => {
    vi.useFakeTimers()
    const { probe } = scene()
    const result = probe.run(URL_OF_FILM)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await result).toEqual({ kind: 'unreachable' })
  })
})
