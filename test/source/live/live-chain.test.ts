import {
  appendFileSync,
  closeSync,
  openSync,
  readSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryRecords } from '../../../src/source/live/record-store.js'
import { Folder, pattern } from '../../fixture/files.js'
import { liveChain, readBy } from '../../fixture/live-file.js'
import { openFile } from '../../fixture/open-file.js'

/** Longer than the grain of a ctime. */
const settled = () => delay(60)

/** Writes over bytes in place. */
function patch(path: string, position: number): void {
  const descriptor = openSync(path, 'r+')
  const byte = Buffer.alloc(1)
  readSync(descriptor, byte, 0, 1, position)
  writeSync(descriptor, Buffer.from([byte[0] === 1 ? 2 : 1]), 0, 1, position)
  closeSync(descriptor)
}

const truncated = { code: 'FILE_TRUNCATED' }

describe('LiveChain.read', () => {
  it('yields any range of a file that grows', async () => {
    using folder = new Folder({ f: '' })
    const file = openFile(folder.at('f'))
    const chain = await liveChain()
    const bytes = pattern(400_000)
    let size = 0
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (more, part) => {
          appendFileSync(folder.at('f'), bytes.subarray(size, size + more))
          size = Math.min(bytes.length, size + more)
          const start = Math.floor(part * size)
          expect((await readBy(chain, file, start, size)).equals(bytes.subarray(start, size))).toBe(
            true,
          )
        },
      ),
      { numRuns: 40 },
    )
    await file.release()
  })

  it('records what it has read before it yields it', async () => {
    using folder = new Folder({ f: pattern(100_000) })
    const file = openFile(folder.at('f'))
    const chain = await liveChain()
    await chain.read(file, 0, 100)
    expect((await chain.records.claims()).map(({ length }) => length)).toEqual([100])
    await readBy(chain, file, 0, 100_000)
    expect((await chain.records.claims()).map(({ length }) => length)).toEqual([100_000])
    await file.release()
  })

  it('yields no byte to a second reader either before it is recorded, also after a record that failed', async () => {
    using folder = new Folder({ f: pattern(200_000) })
    const file = openFile(folder.at('f'))
    const store = new MemoryRecords()
    const chain = await liveChain(store)
    const waiting: (() => void)[] = []
    let isFull = true
    store.openCell = (name) => ({
      write: async (text) => {
        await new Promise<void>((resolve) => waiting.push(resolve))
        if (isFull) throw new Error('ENOSPC')
        await MemoryRecords.prototype.openCell.call(store, name).write(text)
      },
    })
    const yielded: number[] = []
    const first = chain.read(file, 0, 200_000)
    await expect.poll(() => waiting.length).toBe(1)
    const second = chain.read(file, 0, 200_000).then((bytes) => yielded.push(bytes.length))
    await settled()
    expect([yielded, chain.proven]).toEqual([[], 0])
    waiting.shift()?.()
    await expect(first).rejects.toThrow('ENOSPC')
    isFull = false
    await expect.poll(() => waiting.length).toBe(1)
    expect(yielded).toEqual([])
    waiting.shift()?.()
    await second
    expect((await chain.records.claims()).map(({ length }) => length)).toEqual([200_000])
    await file.release()
  })

  it.each([0, 70_000, 139_999])(
    'fails where byte %d was rewritten since it was first read',
    async (position) => {
      using folder = new Folder({ f: pattern(140_000) })
      const file = openFile(folder.at('f'))
      const chain = await liveChain()
      const { tag } = chain
      await readBy(chain, file, 0, 140_000)
      patch(folder.at('f'), position)
      appendFileSync(folder.at('f'), pattern(140_000, 2))
      await expect(
        readBy(chain, file, 0, 280_000).then((bytes) => bytes[position]),
      ).rejects.toMatchObject(truncated)
      expect(chain.isBroken).toBe(true)
      await expect(chain.read(file, 0, 1)).rejects.toMatchObject(truncated)
      expect((await liveChain()).tag).not.toBe(tag)
      await file.release()
    },
  )

  it('fails with SOURCE_FAILED and the cause if a system call fails, and is not broken', async () => {
    using folder = new Folder({ f: 'x' })
    const chain = await liveChain()
    const file = openFile(folder.at('f'), { descriptor: 999_999 })
    await expect(chain.read(file, 0, 1)).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      cause: { code: 'EBADF' },
    })
    expect(chain.isBroken).toBe(false)
  })
})

describe('LiveChain.holds, of a second process,', () => {
  it.each<[string, (path: string) => void, boolean]>([
    ['as it was', () => {}, true],
    ['longer', (path) => appendFileSync(path, 'more'), true],
    ['rewritten', (path) => writeFileSync(path, pattern(150_000, 2)), false],
    ['rewritten in one byte', (path) => patch(path, 100_001), false],
    ['shorter', (path) => truncateSync(path, 139_999), false],
    [
      'shorter, and then longer',
      (path) => {
        truncateSync(path, 139_999)
        appendFileSync(path, 'other')
      },
      false,
    ],
  ])('tells a file that is %s', async (_case, change, want) => {
    using folder = new Folder({ f: pattern(140_000) })
    const store = new MemoryRecords()
    const file = openFile(folder.at('f'))
    const first = await liveChain(store)
    await readBy(first, file, 0, 140_000)
    change(folder.at('f'))
    const again = openFile(folder.at('f'))
    const second = await liveChain(store)
    expect(await second.holds(again)).toBe(want)
    const third = await liveChain(store)
    expect(third.tag === first.tag).toBe(want)
    await Promise.all([file.release(), again.release()])
  })

  it('takes bytes for no truncation that another process has sent since the stat of the first one', async () => {
    using folder = new Folder({ f: pattern(1_000) })
    const store = new MemoryRecords()
    const file = openFile(folder.at('f'))
    const [one, other] = [await liveChain(store), await liveChain(store)]
    await one.read(file, 0, 1_000)
    appendFileSync(folder.at('f'), pattern(500))
    await other.read(file, 0, 1_500)
    // `file` has the facts of 1,000 bytes.
    expect(await one.holds(file)).toBe(true)
    await file.release()
  })

  it.each<[string, number, boolean, boolean]>([
    ['has the tag', 2_000, true, true],
    ['asks for no more than another one has sent', 1_000, false, true],
    ['asks for bytes that nobody has sent', 1_001, false, false],
  ])('must compare before a response to a client that %s', async (_case, size, isKnown, want) => {
    using folder = new Folder({ f: pattern(2_000) })
    const store = new MemoryRecords()
    const file = openFile(folder.at('f'))
    await (await liveChain(store)).read(file, 0, 1_000)
    expect(await (await liveChain(store)).mustCompare(size, isKnown)).toBe(want)
    await file.release()
  })

  it('compares what another process has sent since, also before the end of its own bytes', async () => {
    using folder = new Folder({ f: pattern(140_000) })
    const store = new MemoryRecords()
    const file = openFile(folder.at('f'))
    const [one, other] = [await liveChain(store), await liveChain(store)]
    await readBy(one, file, 0, 140_000)
    expect(await other.holds(file)).toBe(true)
    // The other one has seen another byte there.
    patch(folder.at('f'), 100_000)
    const third = await liveChain(store)
    await readBy(third, file, 0, 120_000)
    expect(await one.holds(file)).toBe(false)
    await file.release()
  })
})

describe('LiveChain.finish', () => {
  it('records a file that has not changed, and compares what all processes have sent', async () => {
    using folder = new Folder({ f: pattern(140_000) })
    const store = new MemoryRecords()
    const file = openFile(folder.at('f'))
    const [one, other] = [await liveChain(store), await liveChain(store)]
    await readBy(one, file, 0, 100_000)
    await settled()
    const outcomes = await Promise.all([one.finish(file), one.finish(file), other.finish(file)])
    expect(outcomes).toEqual(Array(3).fill({ kind: 'finished', size: 140_000 }))
    expect(await one.records.finished()).toMatchObject({ tag: one.tag, length: 140_000 })
    expect(await other.holds(file)).toBe(false)
    await file.release()
  })

  it('waits until no write can go unnoticed', async () => {
    using folder = new Folder({ f: 'x' })
    const file = openFile(folder.at('f'))
    appendFileSync(folder.at('f'), 'y')
    expect(await (await liveChain()).finish(file)).toEqual({ kind: 'growing' })
    await file.release()
  })

  it('waits for a file that has grown without a marker, and keeps its chain', async () => {
    using folder = new Folder({ f: pattern(140_000) })
    const file = openFile(folder.at('f'))
    const store = new MemoryRecords()
    const [one, other] = [await liveChain(store), await liveChain(store)]
    await settled()
    const claims = one.records.claims.bind(one.records)
    one.records.claims = async () => {
      appendFileSync(folder.at('f'), 'late')
      await other.read(file, 0, 140_004)
      return claims()
    }
    expect(await one.finish(file)).toEqual({ kind: 'growing' })
    expect(one.isBroken).toBe(false)
    await file.release()
  })

  it.each([
    ['in this process', 0],
    ['in another process', 1],
  ])('fails for a file of which other bytes were sent %s', async (_case, reader) => {
    using folder = new Folder({ f: pattern(140_000) })
    const store = new MemoryRecords()
    const file = openFile(folder.at('f'))
    const chains = [await liveChain(store), await liveChain(store)]
    await readBy(chains[reader] as never, file, 0, 140_000)
    // As a program does that writes the length into the head of its file at the end.
    patch(folder.at('f'), 4)
    await settled()
    await expect(chains[0]?.finish(file)).rejects.toMatchObject(truncated)
    expect(await chains[1]?.records.isNewest()).toBe(false)
    await file.release()
  })
})
