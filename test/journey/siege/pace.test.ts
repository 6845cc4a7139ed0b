import { describe, expect, it } from 'vitest'
import { PATIENCE, Pace } from './pace.js'

const RATE = 1_000_000

/** What is found of downloads that receive so many bytes a second, after `PATIENCE`. */
function found(rates: readonly number[], isHeld: boolean): number {
  const all = new Set<Pace>()
  const paces = rates.map(() => new Pace(RATE, all, () => isHeld))
  for (const pace of paces) all.add(pace)
  const looks = [0, PATIENCE, PATIENCE + 500].map((at) =>
    paces.map((pace, index) => pace.look(at, ((rates[index] ?? 0) * at) / 1_000)),
  )
  return looks.flat().filter((starved) => starved !== undefined).length
}

describe('Pace', () => {
  it.each([
    ['all have their share', [500_000, 400_000], false, 0],
    ['one has less than a tenth of its share', [900_000, 20_000], false, 1],
    [
      'one has less than a tenth of its share, while the servers are held',
      [900_000, 20_000],
      true,
      1,
    ],
    ['none has anything', [0, 0], false, 2],
    ['none has anything, while the servers are held', [0, 0], true, 0],
  ] as const)('where %s', (_, rates, isHeld, count) => {
    expect(found(rates, isHeld)).toBe(count)
  })
})
