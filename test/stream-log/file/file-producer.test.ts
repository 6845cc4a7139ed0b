import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileLog } from '../../../src/stream-log/file/file-log.js'
import { claimed, newEvent } from '../../contract/stream-log.contract.js'
import { Folder } from '../../fixture/files.js'

const large = (n: number) => ({ text: `data: ${n} ${'x'.repeat(1_000)}\n\n`, own: String(n) })

function filesOf(folder: Folder): string[] {
  const [name = ''] = readdirSync(folder.path)
  return readdirSync(join(folder.path, name)).map((each) => join(folder.path, name, each))
}
const bytesOf = (folder: Folder) =>
  filesOf(folder).reduce((sum, path) => sum + statSync(path).size, 0)

describe('FileProducer', () => {
  it.each(['always', 'interval', 'never'] as const)(
    'has appended when it says so, with fsync %s',
    async (fsync) => {
      using folder = new Folder({})
      const producer = await claimed(fileLog(folder.path, { fsync, fsyncInterval: 1 }), 'a')
      await producer.append([newEvent('one')])
      const text = filesOf(folder)
        .map((path) => readFileSync(path, 'latin1'))
        .join('')
      expect(text).toContain('data: one')
      await producer.end({ kind: 'finished' })
    },
  )

  it('has at most maxStreamBytes in its files, however much it appends', async () => {
    using folder = new Folder({})
    const maxStreamBytes = 40_000
    const producer = await claimed(fileLog(folder.path, { maxStreamBytes }), 'a')
    for (let n = 0; n < 300; n += 1) {
      await producer.append([large(n)])
      expect(bytesOf(folder)).toBeLessThan(maxStreamBytes * 1.1)
    }
    expect(bytesOf(folder)).toBeGreaterThan(maxStreamBytes / 2)
    await producer.end({ kind: 'finished' })
  })

  it('drops events that are older than maxAge, also while its source yields nothing', async () => {
    using folder = new Folder({})
    const producer = await claimed(fileLog(folder.path, { maxAge: 500, lease: 60 }), 'a')
    await producer.append([newEvent('old')])
    const bytes = () => Buffer.concat(filesOf(folder).map((path) => readFileSync(path))).toString()
    expect(bytes()).toContain('data: old')
    await expect.poll(bytes).not.toContain('data: old')
    expect(producer.fenced.aborted).toBe(false)
    await producer.end({ kind: 'finished' })
  })

  it('keeps calls in their order that are made at once', async () => {
    using folder = new Folder({})
    const log = fileLog(folder.path)
    const producer = await claimed(log, 'a')
    await Promise.all([1, 2, 3, 4].map((n) => producer.append([newEvent(n)])))
    await producer.end({ kind: 'finished' })
    const reader = await log.open('a', undefined)
    expect(await reader.read()).toMatchObject({
      events: [1, 2, 3, 4].map((n) => ({ text: expect.stringContaining(`data: ${n}\n`) })),
    })
  })

  it('learns of a stop while its source yields nothing', async () => {
    using folder = new Folder({})
    const producer = await claimed(fileLog(folder.path), 'a')
    const stopping = await claimed(fileLog(folder.path), 'a', 'theirs')
    await stopping.end({ kind: 'stopped' })
    await expect.poll(() => producer.fenced.aborted).toBe(true)
    expect(producer.fenced.reason).toMatchObject({ code: 'FENCED' })
  })

  it('is fenced where the folder of its stream was removed', async () => {
    using folder = new Folder({})
    const producer = await claimed(fileLog(folder.path), 'a')
    for (const name of readdirSync(folder.path))
      rmSync(join(folder.path, name), { recursive: true })
    await expect(producer.append([newEvent(1)])).rejects.toThrow(
      expect.objectContaining({ code: 'FENCED' }),
    )
  })
})
