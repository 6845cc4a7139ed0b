import { describe, expect, it } from 'vitest'
import { WriteThrough } from '../../../src/client/download/write-through.js'

describe('WriteThrough', () => {
  it('has written a chunk when `add` resolves, so that its memory can be used again', async () => {
    const written: [number, string][] = []
    const slices: [number, number][] = []
    const file = {
      write: async (chunks: readonly Uint8Array[], at: number) => {
        await new Promise(setImmediate)
        written.push([at, Buffer.concat(chunks).toString()])
      },
    }
    const writer = new WriteThrough(file, 10, (start, end) => {
      slices.push([start, end])
      return undefined
    })
    const memory = Buffer.alloc(3)
    for (const text of ['abc', 'def', 'gh']) {
      memory.write(text)
      await writer.add(memory.subarray(0, text.length))
      memory.fill(0)
    }
    await writer.flush()
    expect(written).toEqual([
      [10, 'abc'],
      [13, 'def'],
      [16, 'gh'],
    ])
    expect(slices).toEqual([
      [10, 13],
      [13, 16],
      [16, 18],
    ])
  })

  it('waits for what follows a written slice, such as the sync before', async () => {
    let end = () => {}
    const before = new Promise<void>((resolve) => {
      end = resolve
    })
    const writer = new WriteThrough({ write: async () => {} }, 0, () => before)
    let isAdded = false
    const adding = writer.add(Buffer.alloc(1)).then(() => {
      isAdded = true
    })
    await new Promise(setImmediate)
    expect(isAdded).toBe(false)
    end()
    await adding
  })

  it('rejects with the error of the write, and reports no slice', async () => {
    const failing = { write: () => Promise.reject(new Error('ENOSPC')) }
    const writer = new WriteThrough(failing, 0, () => expect.unreachable())
    await expect(writer.add(Buffer.alloc(1))).rejects.toThrow('ENOSPC')
  })
})
