import { describe, expect, it } from 'vitest'
import { RestartBackoff } from '../../../src/cli/cluster/restart-backoff.js'

const backoffWith = (random: number) =>
  new RestartBackoff(
    () => 0,
    () => random,
  )

describe('RestartBackoff', () => {
  it('doubles the delay after each end, up to 15 s', () => {
    const late = backoffWith(1)
    const waits = Array.from({ length: 10 }, () => late.after(0))
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000])
  })

  it('keeps at least half of each delay, whatever the random number is', () => {
    const early = backoffWith(0)
    expect([1, 2, 3].map(() => early.after(0))).toEqual([50, 100, 200])
  })

  it('starts anew after a process has served for 30 s, and not before', () => {
    const late = backoffWith(1)
    late.after(0)
    late.after(29_999)
    expect(late.after(29_999)).toBe(400)
    expect(late.after(30_000)).toBe(100)
    expect(late.after(0)).toBe(200)
  })

  it('never ends the retries', () => {
    let now = 0
    const late = new RestartBackoff(
      () => now,
      () => 1,
    )
    late.after(0)
    now = 1e12
    expect(late.after(0)).toBe(200)
  })
})
