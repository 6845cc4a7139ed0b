import { describe, expect, it } from 'vitest'
import { type MediaSample, StallMeter } from '../../src/video/stall-meter.js'

const STILL: MediaSample = { position: 4, buffered: 9, readyState: 2, expectsProgress: true }

/** Samples once a second, the first at 0; the results of all but that. */
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
  it('reports a stall after the limit without progress, and again after the limit', () => {
    expect(sampled(Array(7).fill({}))).toEqual([
      ...['still', 'still', 'stalled'],
      ...['still', 'still', 'stalled'],
      'still',
    ])
  })

  it.each([
    [
      'the buffer grows',
      [{}, {}, { buffered: 10 }, { buffered: 10 }],
      ['still', 'still', 'still', 'still'],
    ],
    [
      'it plays on',
      [{}, {}, { position: 5 }, { position: 5 }],
      ['still', 'still', 'moved', 'still'],
    ],
    ['it seeks', [{}, {}, { position: 1 }, { position: 1 }], ['still', 'still', 'moved', 'still']],
    [
      'more data is ready',
      [{}, {}, { readyState: 4 }, { readyState: 4 }],
      ['still', 'still', 'moved', 'still'],
    ],
  ])('counts anew when %s', (_, samples, results) => {
    expect(sampled(samples)).toEqual(results)
  })

  it('counts no time in which nothing should move', () => {
    const paused = { expectsProgress: false }
    expect(sampled([{}, {}, paused, paused, paused, paused, {}, {}, {}])).not.toContain('stalled')
  })

  it('counts a sample after a sleep as a short one', () => {
    expect(sampled([{}, {}], 3_600_000, 10_000)).not.toContain('stalled')
  })

  it('begins anew after a reset', () => {
    const meter = new StallMeter(1_000)
    meter.sample(STILL, 0)
    meter.reset()
    expect(meter.sample(STILL, 2_000)).toBe('still')
    expect(meter.sample(STILL, 4_000)).toBe('stalled')
  })
})
