import { describe, expect, it } from 'vitest'
import { createFaults } from '../../src/fault/create-faults.js'

describe('createFaults', () => {
  it.each([0, 7, 2 ** 32 - 1])('creates a layer without rules for the seed %i', (seed) => {
    const layer = createFaults({ seed }, {})
    expect(layer.seed).toBe(seed)
    expect(layer.rules()).toEqual([])
  })

  it('draws a seed if none is set', () => {
    const seeds = Array.from({ length: 8 }, () => createFaults({}, {}).seed)
    expect(new Set(seeds).size).toBeGreaterThan(1)
    for (const seed of seeds) expect(seed).toBeLessThan(2 ** 32)
  })

  it.each([-1, 2 ** 32, 1.5, Number.NaN, '7'])('refuses the seed %s', (seed) => {
    expect(() => createFaults({ seed: seed as number }, {})).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        facts: expect.objectContaining({ setting: 'seed' }),
      }),
    )
  })

  it('refuses an unknown option by its name', () => {
    expect(() => createFaults({ sead: 7 } as never, {})).toThrow(/sead/)
  })

  it('starts in production only if inProduction permits it', () => {
    const production = { NODE_ENV: 'production' }
    expect(() => createFaults({ seed: 1 }, production)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', facts: { setting: 'faults' } }),
    )
    expect(createFaults({ seed: 1, inProduction: true }, production).seed).toBe(1)
  })
})
