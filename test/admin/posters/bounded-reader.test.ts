import { describe, expect, it } from 'vitest'
import { BoundedReader } from '../../../src/admin/posters/bounded-reader.js'

/** A file whose reads are counted, and whose chunks share one buffer. */
function file(size: number, has = size) {
  const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251))
  const reads: [number, number][] = []
  const shared = Buffer.alloc(1000)
  const read = async function* ({ start, end }: { start: number; end: number }) {
    reads.push([start, end])
    for (let at = start; at < Math.min(end, has); at += shared.length) {
      const length = Math.min(shared.length, end - at, has - at)
      bytes.copy(shared, 0, at, at + length)
      yield shared.subarray(0, length)
    }
  }
  const facts = { name: 'a', contentType: undefined, size }
  return { bytes, reads, representation: { facts, read } }
}
const signal = new AbortController().signal

describe('BoundedReader', () => {
  it.each([
    [0, 10],
    [65_530, 20],
    [199_990, 10],
    [5, 150_000],
  ])('reads from %d on %d bytes', async (position, length) => {
    const { bytes, representation } = file(200_000)
    const reader = new BoundedReader(representation, 1e6, signal)
    const target = Buffer.alloc(length)
    expect(await reader.read(target, position)).toBe(length)
    expect(target.equals(bytes.subarray(position, position + length))).toBe(true)
  })

  it('reads a block once for many small reads', async () => {
    const { reads, representation } = file(200_000)
    const reader = new BoundedReader(representation, 1e6, signal)
    for (let at = 0; at < 60_000; at += 100) await reader.read(Buffer.alloc(4), at)
    expect(reads).toEqual([[0, 65_536]])
  })

  it.each([
    [95, 100, 5],
    [100, 100, 0],
    [500, 100, 0],
  ])('from %d on reads what a file of %d bytes has', async (position, size, length) => {
    const reader = new BoundedReader(file(size).representation, 1e6, signal)
    expect(await reader.read(Buffer.alloc(10), position)).toBe(length)
  })

  it('reads what is there where a source ends short', async () => {
    const reader = new BoundedReader(file(100, 3).representation, 1e6, signal)
    expect(await reader.read(Buffer.alloc(10), 0)).toBe(3)
  })

  it('refuses a read beyond its budget before it is made', async () => {
    const { reads, representation } = file(200_000)
    const reader = new BoundedReader(representation, 100_000, signal)
    await reader.read(Buffer.alloc(4), 0)
    await expect(reader.read(Buffer.alloc(4), 100_000)).rejects.toThrow('budget')
    expect(reads).toHaveLength(1)
  })

  it('leaves the event loop to others between reads, and ends when the signal is aborted', async () => {
    const controller = new AbortController()
    const reader = new BoundedReader(file(100).representation, 1e6, controller.signal)
    const reading = (async () => {
      for (;;) await reader.read(Buffer.alloc(1), 0)
    })()
    setTimeout(() => controller.abort(new Error('left')), 0)
    await expect(reading).rejects.toThrow('left')
  })

  it('ends a parser that reads without end', async () => {
    const reader = new BoundedReader(file(100).representation, 1e6, signal)
    const reading = (async () => {
      for (;;) await reader.read(Buffer.alloc(1), 0)
    })()
    await expect(reading).rejects.toThrow('more often than it may')
  })
})
