import { describe, expect, it } from 'vitest'
import { workerCount } from '../../../src/cli/cluster/worker-count.js'

describe('workerCount', () => {
  it.each([
    ['1', false, 8, 1],
    ['3', false, 8, 3],
    ['12', false, 2, 12],
    ['auto', false, 8, 8],
    ['auto', false, 0, 1],
    ['1', true, 8, 1],
    ['auto', true, 8, 1],
  ])('of %s with faults %s on %i processors is %i', (requested, faults, processors, count) => {
    expect(workerCount(requested, faults, processors)).toBe(count)
  })

  it('refuses several workers with faults, whose rules and journal belong to one process', () => {
    expect(() => workerCount('2', true, 8)).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: expect.stringMatching(/^WORKERS: expected 1 with faults.*; received "2"$/),
      }),
    )
  })
})
