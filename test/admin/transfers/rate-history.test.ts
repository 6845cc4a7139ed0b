import { describe, expect, it } from 'vitest'
import { addHistories, RateSamples } from '../../../src/admin/transfers/rate-history.js'

describe('RateSamples', () => {
  it('has one rate for each second', () => {
    const samples = new RateSamples(100, 0)
    samples.sample(101, 10)
    samples.sample(101, 15)
    samples.sample(102, 30)
    expect(samples.since(0)).toEqual({ until: 102, rates: [10, 20] })
    expect(samples.since(101)).toEqual({ until: 102, rates: [20] })
    expect(samples.since(102)).toEqual({ until: 102, rates: [] })
    expect(samples.since(999)).toEqual({ until: 102, rates: [] })
  })

  it('shares the bytes out over seconds that a late timer has left out', () => {
    const samples = new RateSamples(100, 0)
    samples.sample(104, 40)
    expect(samples.since(0).rates).toEqual([10, 10, 10, 10])
  })

  it('keeps five minutes, also after a sleep of days', () => {
    const samples = new RateSamples(0, 0)
    samples.sample(1_000_000, 1_000_000)
    expect(samples.since(0).rates).toHaveLength(300)
    samples.sample(1_000_001, 1_000_007)
    expect(samples.since(0).rates).toHaveLength(300)
    expect(samples.since(0).rates.at(-1)).toBe(7)
  })

  it('goes on after the clock was set back', () => {
    const samples = new RateSamples(1000, 0)
    samples.sample(1001, 5)
    samples.sample(500, 6)
    samples.sample(501, 9)
    expect(samples.since(0)).toEqual({ until: 501, rates: [5, 4] })
  })
})

describe('addHistories', () => {
  it('adds the rates of the same second, up to the last one that all know', () => {
    const sum = addHistories([
      { until: 103, rates: [1, 2, 3] },
      { until: 102, rates: [20] },
    ])
    expect(sum).toEqual({ until: 102, rates: [1, 22] })
  })

  it('has no rates of no process, and none where one knows nothing yet', () => {
    expect(addHistories([])).toEqual({ until: 0, rates: [] })
    expect(addHistories([{ until: 5, rates: [] }])).toEqual({ until: 5, rates: [] })
  })

  it('has no rates where one process is further behind than the other has kept', () => {
    expect(
      addHistories([
        { until: 110, rates: [1] },
        { until: 100, rates: [] },
      ]),
    ).toEqual({ until: 100, rates: [] })
  })
})
