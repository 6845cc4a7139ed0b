import { describe, expect, it } from 'vitest'
import { RateLimit } from '../../src/client/rate-limit.js'
import { FakeClock } from '../fixture/fake-retry.js'

const { signal } = new AbortController()

function limitOf(rate: number) {
  const clock = new FakeClock()
  return {
    clock,
    limit: new RateLimit(rate, { now: () => clock.ms, date: () => 0, wait: clock.wait }),
  }
}

describe('RateLimit', () => {
  it('waits as long as the bytes up to now take at the rate', async () => {
    const { clock, limit } = limitOf(1000)
    for (const bytes of [100, 0, 900]) await limit.pass(bytes, signal)
    expect(clock.ms).toBe(1000)
    expect(clock.waits).toEqual([100, 900])
  })

  it('shares the rate between connections that wait at the same time', async () => {
    const waits: number[] = []
    const wait = async (ms: number) => void waits.push(ms)
    const limit = new RateLimit(1000, { now: () => 0, date: () => 0, wait })
    await Promise.all([limit.pass(500, signal), limit.pass(500, signal)])
    expect(waits).toEqual([500, 1000])
  })

  it('saves no rate up for later while nothing passes', async () => {
    const { clock, limit } = limitOf(1000)
    clock.ms = 60_000
    await limit.pass(1000, signal)
    expect(clock.waits).toEqual([1000])
  })

  it('never waits without a limit', async () => {
    const { clock, limit } = limitOf(Number.POSITIVE_INFINITY)
    await limit.pass(1e12, signal)
    expect(clock.waits).toEqual([])
  })

  it("rejects with the signal's reason", async () => {
    const aborted = AbortSignal.abort(new Error('aborted'))
    await expect(limitOf(1).limit.pass(10, aborted)).rejects.toThrow('aborted')
  })
})
