import { afterEach, expect, it, vi } from 'vitest'
import { remembered } from '../../../src/pages/scripts/remembered.js'

afterEach(() => vi.unstubAllGlobals())

it('remembered keeps a value in the storage of the browser', () => {
  const values = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => values.set(key, value),
  })
  expect(remembered('view')).toBeUndefined()
  expect(remembered('view', 'grid')).toBe('grid')
  expect(remembered('view')).toBe('grid')
})

it('remembered is undefined where storage is forbidden', () => {
  vi.stubGlobal('localStorage', undefined)
  expect(remembered('view', 'grid')).toBeUndefined()
})
