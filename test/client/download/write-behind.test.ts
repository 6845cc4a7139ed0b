import { describe, expect, it } from 'vitest'
import { WriteBehind } from '../../../src/client/download/write-behind.js'

const WRITE = new Uint8Array(512 * 1024)

/** A file whose writes settle when a test settles them. */
function controlledFile() {
  const writes: { at: number; bytes: number; done: () => void; fail: (error: Error) => void }[] = []
  const write = (chunks: readonly Uint8Array[], at: number) =>
    new Promise<void>((done, fail) => {
      writes.push({ at, bytes: chunks.reduce((sum, { length }) => sum + length, 0), done, fail })
    })
  return { writes, write }
}

function begin() {
  const file = controlledFile()
  const written: [number, number][] = []
  const clock = { ms: 0 }
  const writer = new WriteBehind(
    file,
    100,
    () => clock.ms,
    async (start, end) => void written.push([start, end]),
  )
  return { writer, written, clock, writes: file.writes }
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

describe('WriteBehind', () => {
  it('gathers small chunks until 100 ms have passed since the last write', async () => {
    const { writer, writes, clock } = begin()
    await writer.add(new Uint8Array(10))
    expect(writes).toHaveLength(0)
    clock.ms = 100
    await writer.add(new Uint8Array(10))
    expect(writes).toMatchObject([{ at: 100, bytes: 20 }])
  })

  it('accepts bytes during one write, and makes the reader wait while two are in flight', async () => {
    const { writer, writes } = begin()
    await writer.add(WRITE)
    const second = writer.add(WRITE)
    expect(await hasSettled(second)).toBe(false)
    writes[0]?.done()
    await second
    expect(writes.map(({ at }) => at)).toEqual([100, 100 + WRITE.length])
  })

  it('reports written slices in their order, whichever write is done first', async () => {
    const { writer, writes, written } = begin()
    const adding = [writer.add(WRITE), writer.add(WRITE)]
    writes[1]?.done()
    await hasSettled(Promise.all(adding))
    expect(written).toEqual([])
    writes[0]?.done()
    await Promise.all(adding)
    await writer.flush()
    expect(written).toEqual([
      [100, 100 + WRITE.length],
      [100 + WRITE.length, 100 + 2 * WRITE.length],
    ])
  })

  it('has no write in flight after a flush, even if a write fails', async () => {
    const { writer, writes, written } = begin()
    const adding = writer.add(WRITE)
    await adding
    await writer.add(new Uint8Array(10))
    const flushing = writer.flush()
    writes[0]?.fail(new Error('the disk'))
    expect(await hasSettled(flushing)).toBe(false)
    writes[1]?.done()
    await expect(flushing).rejects.toThrow('the disk')
    expect(written).toEqual([])
  })

  it('throws the error of a write from the next add', async () => {
    const { writer, writes } = begin()
    await writer.add(WRITE)
    writes[0]?.fail(new Error('the disk'))
    await expect(writer.add(WRITE)).rejects.toThrow('the disk')
  })
})
