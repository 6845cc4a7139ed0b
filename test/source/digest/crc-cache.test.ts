import { expect, it } from 'vitest'
import { CrcCache } from '../../../src/source/digest/crc-cache.js'

it.each([
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [0x80, 0, 0, 0],
  [255, 254, 253, 252],
])('The CRC %i %i %i %i is kept', (...bytes) => {
  const cache = new CrcCache(2)
  cache.set('a', Uint8Array.from([9, ...bytes]).subarray(1))
  expect([...(cache.get('a') ?? [])]).toEqual(bytes)
})

it('The CRC that was used last is kept longest', () => {
  const cache = new CrcCache(2)
  const crc = new Uint8Array(4)
  for (const id of ['a', 'b']) cache.set(id, crc)
  cache.get('a')
  cache.set('c', crc)
  expect(['a', 'b', 'c'].map((id) => cache.get(id) !== undefined)).toEqual([true, false, true])
})
