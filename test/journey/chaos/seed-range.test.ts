import { describe, expect, it } from 'vitest'
import { readSeedRange } from './seed-range.js'

describe('readSeedRange', () => {
  it.each([
    ['3', [1, 2, 3]],
    ['301-303', [301, 302, 303]],
    ['0-1', [0, 1]],
    ['7-7', [7]],
  ])('of %s has each seed from the first to the last', (text, seeds) => {
    expect(readSeedRange(text)).toEqual(seeds)
  })

  it.each(['', '0', '3-2', '-5', '1-', 'a', '1.5', '1-2-3', '1-99999999999'])(
    'refuses %j, which is no range of seeds',
    (text) => {
      expect(() => readSeedRange(text)).toThrow(`received ${JSON.stringify(text)}`)
    },
  )
})
