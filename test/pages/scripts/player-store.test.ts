import { expect, it } from 'vitest'
import { openStore } from '../../../src/pages/scripts/player-store.js'

it('openStore keeps values in the store of the browser', () => {
  const values = new Map<string, string>()
  const store = openStore(() => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  }))
  store.setItem('a', 'b')
  expect([store.getItem('a'), values.get('a')]).toEqual(['b', 'b'])
})

it.each([
  () => {
    throw new Error('denied')
  },
  () => undefined as never,
])('openStore keeps nothing where the browser forbids it', (open) => {
  const store = openStore(open)
  store.setItem('a', 'b')
  expect(store.getItem('a')).toBeNull()
})

it('openStore goes on where the store is full', () => {
  const setItem = () => {
    throw new Error('QuotaExceededError')
  }
  const store = openStore(() => ({ getItem: () => 'old', setItem }))
  store.setItem('a', 'b')
  expect(store.getItem('a')).toBe('old')
})
