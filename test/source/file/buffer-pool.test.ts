import { describe, expect, it } from 'vitest'
import {
  bufferPool,
  CONTINUOUS_BYTES,
  chunkSize,
  LARGE_CHUNK,
  MEDIUM_CHUNK,
  SMALL_CHUNK,
} from '../../../src/source/file/buffer-pool.js'

const MIB = 1024 * 1024

it.each([
  ['a slice of 2 MiB', 0, 2 * MIB, MEDIUM_CHUNK],
  ['a slice of 2 MiB to a client that reads', 2 * MIB, 2 * MIB, MEDIUM_CHUNK],
  ['a longer slice at its start', 0, 2 * MIB + 1, SMALL_CHUNK],
  ['a longer slice before 4 MiB were taken', CONTINUOUS_BYTES - 1, 9 * MIB, SMALL_CHUNK],
  ['a longer slice after 4 MiB were taken', CONTINUOUS_BYTES, 9 * MIB, LARGE_CHUNK],
])('chunkSize of %s', (_case, taken, slice, size) => {
  expect(chunkSize(taken, slice)).toBe(size)
})

describe('bufferPool', () => {
  it.each([LARGE_CHUNK, MEDIUM_CHUNK, SMALL_CHUNK])(
    'reuses a returned buffer of %d bytes',
    (size) => {
      const pool = bufferPool()
      const buffer = pool.take(size)
      expect(buffer).toHaveLength(size)
      expect(pool.take(size)).not.toBe(buffer)
      pool.give(buffer)
      expect(pool.take(size)).toBe(buffer)
    },
  )

  it('does not keep buffers of other sizes', () => {
    const pool = bufferPool()
    const buffer = pool.take(1000)
    expect(buffer).toHaveLength(1000)
    pool.give(buffer)
    expect(pool.take(1000)).not.toBe(buffer)
  })

  it('keeps no more buffers of one size than its bound', () => {
    const pool = bufferPool(2)
    const returned = [1, 2, 3].map(() => pool.take(SMALL_CHUNK))
    for (const buffer of returned) pool.give(buffer)
    const taken = [1, 2, 3].map(() => pool.take(SMALL_CHUNK))
    expect(taken.filter((buffer) => returned.includes(buffer))).toHaveLength(2)
  })
})
