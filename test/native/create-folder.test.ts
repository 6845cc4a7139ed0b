import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createFolder } from '../../src/native/create-folder.js'
import { FolderRecords } from '../../src/source/live/record-store.js'
import { StreamFolder } from '../../src/stream-log/file/stream-folder.js'
import { Folder } from '../fixture/files.js'

const modeOf = (path: string) => statSync(path).mode & 0o777

describe('createFolder', () => {
  it('creates a folder and those above it for the owner alone', async () => {
    using folder = new Folder()
    await createFolder(folder.at('a/b/c'))
    expect(['a', 'a/b', 'a/b/c'].map((path) => modeOf(folder.at(path)))).toEqual([
      0o700, 0o700, 0o700,
    ])
  })

  it('leaves folders that exist as they are', async () => {
    using folder = new Folder()
    mkdirSync(folder.at('a'), { mode: 0o755 })
    symlinkSync(folder.at('a'), folder.at('link'))
    for (const path of [folder.at('a'), folder.at('link'), '/', '.']) await createFolder(path)
    expect(modeOf(folder.at('a'))).toBe(0o755)
  })

  it('creates one that others create at the same time', async () => {
    using folder = new Folder()
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 8 }, () => createFolder(folder.at('a/b/c'))))
      expect(existsSync(folder.at('a/b/c'))).toBe(true)
      rmSync(folder.at('a'), { recursive: true })
    }
  })

  it.each([
    ['a file', 'file', 'EEXIST'],
    ['a folder below a file', 'file/a/b', 'ENOTDIR'],
    ['a link to nothing', 'nowhere', 'EEXIST'],
  ])('rejects for %s', async (_what, name, code) => {
    using folder = new Folder()
    writeFileSync(folder.at('file'), '')
    symlinkSync(folder.at('missing'), folder.at('nowhere'))
    await expect(createFolder(folder.at(name))).rejects.toMatchObject({ code })
  })

  it('rejects for a path with NUL', async () => {
    await expect(createFolder('a\0b')).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })
})

// Where mkdir with `recursive` never settles.
describe.runIf(existsSync('/proc/self'))('a file system that has no folder of that name', () => {
  it.each(['/proc/lastbyte', '/proc/lastbyte/a/b'])('createFolder rejects: %s', async (path) => {
    await expect(createFolder(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('FolderRecords can write no record', async () => {
    expect(await FolderRecords.open('/proc/lastbyte')).toBeUndefined()
  })

  it('StreamFolder rejects', async () => {
    await expect(new StreamFolder('/proc/lastbyte', 'k').create()).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })
})
