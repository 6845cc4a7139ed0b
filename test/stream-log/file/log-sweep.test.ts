import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fileLog } from '../../../src/stream-log/file/file-log.js'
import { LogSweep } from '../../../src/stream-log/file/log-sweep.js'
import { claimed, newEvent } from '../../contract/stream-log.contract.js'
import { Folder } from '../../fixture/files.js'

const SETTINGS = { maxAge: 60_000, maxBytes: 1e9, lease: 60_000 }

describe('LogSweep', () => {
  it('removes streams that are too old, but for those that have a producer', async () => {
    using folder = new Folder({ 'a-file-of-others': 'x' })
    const log = fileLog(folder.path)
    await (await claimed(log, 'over')).end({ kind: 'finished' })
    const running = await claimed(log, 'running')
    const sweep = new LogSweep(folder.path, { ...SETTINGS, maxAge: 1 })
    await expect
      .poll(async () => {
        await sweep.sweep()
        return readdirSync(folder.path).length
      })
      .toBe(2)
    expect((await log.claim('running', 'free')).kind).toBe('held')
    await running.end({ kind: 'finished' })
  })

  it('removes streams that nobody asks for again', async () => {
    using folder = new Folder({})
    const log = fileLog(folder.path, { maxAge: 20 })
    await (await claimed(log, 'over')).end({ kind: 'finished' })
    await expect.poll(() => readdirSync(folder.path)).toEqual([])
    await (await claimed(log, 'later')).end({ kind: 'finished' })
    await expect.poll(() => readdirSync(folder.path)).toEqual([])
  })

  it('removes the oldest streams without a producer while all have too many bytes', async () => {
    using folder = new Folder({})
    const log = fileLog(folder.path)
    for (const key of ['a', 'b', 'c']) {
      const producer = await claimed(log, key)
      await producer.append([newEvent('x'.repeat(50_000))])
      await producer.end({ kind: 'finished' })
    }
    const sweep = new LogSweep(folder.path, { ...SETTINGS, maxBytes: 150_000 })
    await sweep.sweep()
    const kinds = await Promise.all(
      ['a', 'b', 'c'].map(async (key) => (await log.claim(key, 'theirs')).kind),
    )
    expect(kinds).toEqual(['absent', 'ended', 'ended'])
    expect(await sweep.isFull()).toBe(false)
  })

  it('refuses streams where those that have a producer need all bytes', async () => {
    using folder = new Folder({})
    const running = await claimed(fileLog(folder.path), 'a')
    await running.append([newEvent('x'.repeat(50_000))])
    const full = fileLog(folder.path, { maxBytes: 20_000 })
    await expect(full.claim('b', 'free')).rejects.toThrow(
      expect.objectContaining({ code: 'LOG_FULL' }),
    )
    expect((await full.claim('a', 'free')).kind).toBe('held')
    await running.end({ kind: 'finished' })
  })
})
