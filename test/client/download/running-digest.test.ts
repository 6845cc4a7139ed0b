import { closeSync, openSync, truncateSync, writeSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RunningDigest } from '../../../src/client/download/running-digest.js'
import { Folder, pattern } from '../../fixture/files.js'
import { sha256 } from '../../fixture/sha256.js'

const MIB = 1024 * 1024
const CONTENT = pattern(9 * MIB + 5)

describe('RunningDigest', () => {
  let folder: Folder
  let descriptor: number
  beforeEach(() => {
    folder = new Folder({ f: '' })
    descriptor = openSync(folder.at('f'), 'r+')
  })
  afterEach(() => {
    vi.restoreAllMocks()
    closeSync(descriptor)
    folder[Symbol.dispose]()
  })

  async function start(): Promise<RunningDigest> {
    const running = await RunningDigest.start(descriptor, ['sha-512', 'sha-256'])
    if (running === undefined) throw new Error('expected a thread')
    return running
  }

  it.each([0, 1, MIB, 4 * MIB, CONTENT.length])(
    'has the digests of %i bytes that were written in pieces',
    async (size) => {
      const running = await start()
      for (let next = 0; next < size; ) {
        next += writeSync(descriptor, CONTENT, next, Math.min(MIB, size - next), next)
        running.advance(next)
      }
      const [sha512, hex] = (await running.hex(size)) ?? []
      expect(hex).toBe(sha256(CONTENT.subarray(0, size)).hex)
      expect(sha512).toMatch(/^[0-9a-f]{128}$/)
    },
  )

  it('has none where the file is shorter, and where the thread has failed before', async () => {
    const running = await start()
    truncateSync(folder.at('f'), 10)
    expect(await running.hex(11)).toBeUndefined()
    expect(await running.hex(10)).toBeUndefined()
    await running.stop()
  })

  it('can be stopped at any time, more than once', async () => {
    const running = await start()
    writeSync(descriptor, CONTENT, 0, CONTENT.length, 0)
    running.advance(CONTENT.length)
    await running.stop()
    await running.stop()
    running.advance(2 * CONTENT.length)
    expect(await running.hex(5)).toBeUndefined()
  })
})
