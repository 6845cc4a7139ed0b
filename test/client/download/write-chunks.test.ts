import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeChunks } from '../../../src/client/download/write-chunks.js'

/** A file in memory whose writev writes so many bytes at most. */
function fileOf(size: number, most: () => number) {
  const bytes = Buffer.alloc(size)
  const writev = async (chunks: readonly NodeJS.ArrayBufferView[], position = 0) => {
    const all = Buffer.concat(chunks as Uint8Array[])
    const bytesWritten = all.copy(bytes, position, 0, most())
    return { bytesWritten, buffers: [...chunks] }
  }
  return { bytes, file: { writev: writev as never } }
}

describe('writeChunks', () => {
  it('writes each byte once, however little the file system accepts at a time', async () => {
    const sizes = fc.array(fc.nat(20), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 30 }), async (lengths, most) => {
        const chunks = lengths.map((length, index) => Buffer.alloc(length, index + 1))
        const { bytes, file } = fileOf(300, () => most)
        let next = 7
        await writeChunks(file, chunks, next, (start, end) => {
          expect(start).toBe(next)
          next = end
        })
        const expected = Buffer.concat(chunks)
        expect(next).toBe(7 + expected.length)
        expect(bytes.subarray(7, next).equals(expected)).toBe(true)
        expect(bytes.subarray(next).every((byte) => byte === 0)).toBe(true)
      }),
    )
  })

  it('has reported the bytes before a failure', async () => {
    let left = 5
    const { file } = fileOf(100, () => {
      left -= 5
      return left === 0 ? 5 : 0
    })
    const written: number[] = []
    const writing = writeChunks(file, [Buffer.alloc(9)], 0, (_start, end) => void written.push(end))
    await expect(writing).rejects.toThrow('the file system accepted 0 bytes')
    expect(written).toEqual([5])
  })
})
