import { describe, expect, it } from 'vitest'
import { type MediaSample, StallMeter } from '../../src/video/stall-meter.js'

const STILL: MediaSample = { position: 4, buffered: 9, readyState: 2, expectsProgress: true }

/** The results of samples once a period, without that of the first one at 0. */
function sampled(
  samples: readonly Partial<MediaSample>[],
  period = 1_000,
  limit = 3_000,
): string[] {
  const meter = new StallMeter(limit)
  meter.sample(STILL, 0)
  return samples.map((sample, index) => meter.sample({ ...STILL, ...sample }, (index + 1) * period))
}

describe('StallMeter', () => {
  it('reports after a third of the limit, and at the limit, and counts anew', () => {
    expect(sampled(Array(7).fill({}))).toEqual([
      ...['starving', 'still', 'stalled'],
      ...['starving', 'still', 'stalled'],
      'starving',
    ])
  })

  it.each([
    ['the buffer grows', { buffered: 10 }],
    ['it plays on', { position: 5 }],
    ['it seeks back', { position: 1 }],
    ['more data is ready', { readyState: 4 }],
  ])('counts anew when %s', (_, change) => {
    expect(sampled([{}, {}, change, change, change])).toEqual([
      'starving',
      'still',
      'progress',
      'starving',
      'still',
    ])
  })

  it('counts less data for no progress', () => {
    expect(sampled([{}, { readyState: 1 }, { readyState: 1 }])).toEqual([
      'starving',
      'still',
      'stalled',
    ])
  })

  it('counts no time in which nothing should move', () => {
    const paused = { expectsProgress: false }
    expect(sampled([{}, {}, ...Array(4).fill(paused), {}, {}, {}])).not.toContain('stalled')
  })

  it('counts a sample after a sleep as a short one', () => {
    expect(sampled([{}, {}], 3_600_000, 10_000)).not.toContain('stalled')
  })

  it('begins anew after a reset', () => {
    const meter = new StallMeter(1_000)
    meter.sample(STILL, 0)
    meter.reset()
    expect(meter.sample(STILL, 2_000)).toBe('progress')
    expect(meter.sample(STILL, 4_000)).toBe('stalled')
  })
})
