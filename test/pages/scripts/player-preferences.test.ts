import { describe, expect, it } from 'vitest'
import {
  changePreferences,
  nextRate,
  readPreferences,
} from '../../../src/pages/scripts/player-preferences.js'

function memory(content: string | null = null) {
  return {
    getItem: () => content,
    setItem: (_key: string, value: string) => {
      content = value
    },
  }
}

const DEFAULTS = { subtitles: undefined, playsNext: false, rate: 1, shortcuts: true }

describe('readPreferences', () => {
  it.each([
    null,
    '{',
    'null',
    '[]',
    '"x"',
    '{"rate":7,"subtitles":1,"playsNext":"yes","shortcuts":0}',
  ])('has the defaults for %s', (content) => {
    expect(readPreferences(memory(content))).toEqual(DEFAULTS)
  })

  it('has what was changed, and the rest as it was', () => {
    const store = memory()
    changePreferences(store, { rate: 1.5, subtitles: 'de' })
    changePreferences(store, { playsNext: true, shortcuts: false })
    const all = { subtitles: 'de', playsNext: true, rate: 1.5, shortcuts: false }
    expect(readPreferences(store)).toEqual(all)
    expect(changePreferences(store, { subtitles: undefined })).toEqual({
      ...all,
      subtitles: undefined,
    })
    expect(readPreferences(store).subtitles).toBeUndefined()
  })

  it('goes on without a store that the browser forbids', () => {
    const refuse = () => {
      throw new Error('denied')
    }
    const store = { getItem: refuse, setItem: refuse }
    expect(changePreferences(store, { rate: 2 })).toEqual({ ...DEFAULTS, rate: 2 })
  })
})

it.each([
  [1, 1, 1.25],
  [1, -1, 0.75],
  [1.1, 1, 1.25],
  [1.1, -1, 1],
  [3, 1, 3],
  [0.25, -1, 0.25],
] as const)('nextRate of %f by %i is %f', (rate, step, next) => {
  expect(nextRate(rate, step)).toBe(next)
})
