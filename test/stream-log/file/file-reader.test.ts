import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileLog } from '../../../src/stream-log/file/file-log.js'
import { claimed, drain, newEvent, take } from '../../contract/stream-log.contract.js'
import { Folder } from '../../fixture/files.js'

function segmentsOf(folder: Folder): string[] {
  const [name = ''] = readdirSync(folder.path)
  return readdirSync(join(folder.path, name))
    .filter((each) => each.startsWith('s'))
    .sort()
    .map((each) => join(folder.path, name, each))
}

describe('a reader of files', () => {
  it.each([1, 7, 8, 9, 30])(
    'waits where the last record has only %s bytes, which the next producer cuts off',
    async (bytes) => {
      using folder = new Folder({})
      const older = await claimed(fileLog(folder.path), 'a')
      await older.append([newEvent(1)])
      const [segment = ''] = segmentsOf(folder)
      const whole = readFileSync(segment).length
      appendFileSync(
        segment,
        Buffer.concat([Buffer.from([90, 0, 0, 0]), Buffer.alloc(90, 1)]).subarray(0, bytes),
      )
      const reading = drain(await fileLog(folder.path).open('a', undefined))
      const newer = await claimed(fileLog(folder.path), 'a', 'theirs')
      expect(newer.tail).toEqual({ count: 1, own: '1' })
      expect(readFileSync(segment).length).toBe(whole)
      await newer.append([newEvent(2)])
      await newer.end({ kind: 'finished' })
      expect((await reading).data).toEqual(['1', '2'])
    },
  )

  it('fails where a record is not what was written, and never passes it on', async () => {
    using folder = new Folder({})
    const log = fileLog(folder.path)
    const producer = await claimed(log, 'a')
    await producer.append(['one', 'two', 'three'].map(newEvent))
    const [segment = ''] = segmentsOf(folder)
    const text = readFileSync(segment, 'latin1').replace('data: two', 'data: owt')
    writeFileSync(segment, text, 'latin1')
    const reader = await log.open('a', undefined)
    await expect(take(reader, 3)).rejects.toThrow(
      expect.objectContaining({ code: 'SOURCE_FAILED' }),
    )
  })

  it('reads an event that is larger than one read', async () => {
    using folder = new Folder({})
    const log = fileLog(folder.path)
    const producer = await claimed(log, 'a')
    const large = 'x'.repeat(300_000)
    await producer.append([newEvent(1), newEvent(large), newEvent(3)])
    await producer.end({ kind: 'finished' })
    const { data } = await drain(await log.open('a', undefined))
    expect(data).toEqual(['1', large, '3'])
  })

  it('does not mistake a stream that was begun anew for the one that it reads', async () => {
    using folder = new Folder({})
    const log = fileLog(folder.path)
    const older = await claimed(log, 'a')
    await older.append([newEvent(1)])
    const reader = await log.open('a', undefined)
    await take(reader, 1)
    await older.pause(undefined)
    await reader.read()
    const reading = reader.read()
    reading.catch(() => {})
    // Of its own, since the first event would expire before it is read where that takes long.
    const expiring = fileLog(folder.path, { maxAge: 50 })
    const opened = () =>
      expiring.open('a', undefined).then(
        () => 'there',
        ({ facts }) => facts.reason,
      )
    await expect.poll(opened).toBe('absent')
    const newer = await claimed(log, 'a')
    await newer.append([newEvent('other'), newEvent('stream')])
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: 'GAP' }))
    await newer.end({ kind: 'finished' })
  })
})
