import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  FolderRecords,
  MemoryRecords,
  type RecordStore,
} from '../../../src/source/live/record-store.js'
import { Folder } from '../../fixture/files.js'

async function inFolder(folder: Folder): Promise<RecordStore> {
  const store = await FolderRecords.open(folder.at('state'))
  if (store === undefined) throw new Error('no store')
  return store
}

describe.each([
  ['MemoryRecords', async () => new MemoryRecords() as RecordStore],
  ['FolderRecords', inFolder],
])('%s', (_name, open) => {
  it('creates a record once, and has its name and text until it is removed', async () => {
    using folder = new Folder()
    const store = await open(folder)
    expect((await store.names()).ids).toEqual([])
    expect(await store.create('a.head', 'one')).toBe(true)
    expect(await store.create('a.head', 'two')).toBe(false)
    expect(await store.read('a.head')).toBe('one')
    expect(await store.read('b.head')).toBeUndefined()
    expect((await store.names()).of('a')).toEqual(['a.head'])
    expect(await store.modifiedAt('a.head')).toBeGreaterThan(Date.now() - 60_000)
    await store.remove('a.head')
    expect(await store.read('a.head')).toBeUndefined()
    expect((await store.names()).ids).toEqual([])
  })

  it('rewrites a cell in place', async () => {
    using folder = new Folder()
    const store = await open(folder)
    const cell = store.openCell('c.sent')
    await cell.write('first ')
    await cell.write('second')
    expect(await store.read('c.sent')).toBe('second')
  })
})

describe('FolderRecords', () => {
  it('lets one of several processes create a record, whose text is complete for all', async () => {
    using folder = new Folder()
    const stores = await Promise.all(Array.from({ length: 8 }, () => inFolder(folder)))
    const created = await Promise.all(
      stores.map((store, index) => store.create('a.head', `tag ${index}`)),
    )
    expect(created.filter(Boolean)).toHaveLength(1)
    const texts = await Promise.all(stores.map((store) => store.read('a.head')))
    expect(new Set(texts)).toEqual(new Set([`tag ${created.indexOf(true)}`]))
    expect(readdirSync(folder.at('state'))).toEqual(['a.head'])
  })

  it('sees the records of other processes at once', async () => {
    using folder = new Folder()
    const [one, other] = [await inFolder(folder), await inFolder(folder)]
    for (let n = 0; n < 20; n += 1) {
      await one.create(`${n}.head`, 'x')
      expect((await other.names()).of(`${n}`).length === 1).toBe(true)
    }
  })

  it('writes a cell again that another process has removed', async () => {
    using folder = new Folder()
    const store = await inFolder(folder)
    const cell = store.openCell('c.sent')
    await cell.write('one')
    rmSync(folder.at('state/c.sent'))
    await cell.write('two')
    expect(await store.read('c.sent')).toBe('two')
  })

  it('creates its folder again that somebody has removed', async () => {
    using folder = new Folder()
    const store = await inFolder(folder)
    await store.create('a.head', 'one')
    rmSync(folder.at('state'), { recursive: true })
    expect((await store.names()).ids).toEqual([])
    expect(await store.create('b.head', 'two')).toBe(true)
    expect((await store.names()).ids).toEqual(['b'])
  })

  it('is for its owner alone, and not opened where nothing can be written', async () => {
    using folder = new Folder({ file: '' })
    await inFolder(folder)
    expect(statSync(folder.at('state')).mode & 0o777).toBe(0o700)
    expect(await FolderRecords.open(folder.at('file/state'))).toBeUndefined()
    mkdirSync(folder.at('locked'))
    chmodSync(folder.at('locked'), 0o500)
    writeFileSync(folder.at('seen'), '')
    if (process.getuid?.() !== 0)
      expect(await FolderRecords.open(folder.at('locked'))).toBeUndefined()
  })
})
