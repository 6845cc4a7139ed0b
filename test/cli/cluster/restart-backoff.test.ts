import { describe, expect, it } from 'vitest'
import { RestartBackoff } from '../../../src/cli/cluster/restart-backoff.js'

const replacement = (chance: number) =>
  new RestartBackoff(
    () => 0,
    () => chance,
  )

describe('how soon a worker that ended is replaced', () => {
  it('soon, then later and later, up to a bound', () => {
    const late = replacement(1)
    const waits = Array.from({ length: 10 }, () => late.after(0))
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000])
  })

  it('never at once, whatever chance says', () => {
    const early = replacement(0)
    expect([1, 2, 3].map(() => early.after(0))).toEqual([50, 100, 200])
  })

  it('a short life does not count as one, a long life begins anew', () => {
    const late = replacement(1)
    late.after(0)
    late.after(29_999)
    expect(late.after(29_999)).toBe(400)
    expect(late.after(30_000)).toBe(100)
    expect(late.after(0)).toBe(200)
  })

  it('is never given up', () => {
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
