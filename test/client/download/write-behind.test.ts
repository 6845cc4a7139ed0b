import { describe, expect, it } from 'vitest'
import { WriteBehind } from '../../../src/client/download/write-behind.js'

const WORTH = new Uint8Array(512 * 1024)

/** A part file whose writes end when a test says so. */
function slowPart() {
  const writes: { at: number; bytes: number; done: () => void; fail: (error: Error) => void }[] = []
  const write = (chunks: readonly Uint8Array[], at: number) =>
    new Promise<void>((done, fail) => {
      writes.push({ at, bytes: chunks.reduce((sum, { length }) => sum + length, 0), done, fail })
    })
  return { writes, write }
}

function begin() {
  const part = slowPart()
  const told: [number, number][] = []
  const clock = { ms: 0 }
  const behind = new WriteBehind(
    part,
    100,
    () => clock.ms,
    async (start, end) => void told.push([start, end]),
  )
  return { behind, told, clock, writes: part.writes }
}

/** Whether a promise has settled by the time that everything else has had its turn. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = () => {
    settled = true
  }
  promise.then(settle, settle)
  await new Promise(setImmediate)
  return settled
}

describe('writing behind a reader', () => {
  it('gathers what is small, until it is old', async () => {
    const { behind, writes, clock } = begin()
    await behind.add(new Uint8Array(10))
    expect(writes).toHaveLength(0)
    clock.ms = 100
    await behind.add(new Uint8Array(10))
    expect(writes).toMatchObject([{ at: 100, bytes: 20 }])
  })

  it('reads on during one write, and waits where two are on their way', async () => {
    const { behind, writes } = begin()
    await behind.add(WORTH)
    const second = behind.add(WORTH)
    expect(await hasSettled(second)).toBe(false)
    writes[0]?.done()
    await second
    expect(writes.map(({ at }) => at)).toEqual([100, 100 + WORTH.length])
  })

  it('tells of writes in their order, whichever is done first', async () => {
    const { behind, writes, told } = begin()
    const adding = [behind.add(WORTH), behind.add(WORTH)]
    writes[1]?.done()
    await hasSettled(Promise.all(adding))
    expect(told).toEqual([])
    writes[0]?.done()
    await Promise.all(adding)
    await behind.flush()
    expect(told).toEqual([
      [100, 100 + WORTH.length],
      [100 + WORTH.length, 100 + 2 * WORTH.length],
    ])
  })

  it('a flush leaves nothing on its way, even where a write fails', async () => {
    const { behind, writes, told } = begin()
    const adding = behind.add(WORTH)
    await adding
    await behind.add(new Uint8Array(10))
    const flushing = behind.flush()
    writes[0]?.fail(new Error('the disk'))
    expect(await hasSettled(flushing)).toBe(false)
    writes[1]?.done()
    await expect(flushing).rejects.toThrow('the disk')
    expect(told).toEqual([])
  })

  it('what failed meets who adds next', async () => {
    const { behind, writes } = begin()
    await behind.add(WORTH)
    writes[0]?.fail(new Error('the disk'))
    await expect(behind.add(WORTH)).rejects.toThrow('the disk')
  })
})
