import { linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  createdAnew,
  isOwn,
  isUnfollowed,
  NEW_FILE,
  NEW_FILE_TO_READ,
  OLD_FILE,
  OLD_FILE_TO_WRITE,
} from '../../../src/client/download/own-file.js'
import { Folder } from '../../fixture/files.js'

describe('The flags for a file of a download', () => {
  it.each([NEW_FILE, NEW_FILE_TO_READ])('create a new file alone (%i)', async (flags) => {
    using folder = new Folder({ f: 'old' })
    symlinkSync('absent', folder.at('link'))
    for (const name of ['f', 'link']) {
      await expect(open(folder.at(name), flags)).rejects.toMatchObject({ code: 'EEXIST' })
    }
    await (await open(folder.at('new'), flags)).close()
    expect(() => lstatSync(folder.at('absent'))).toThrow(/ENOENT/)
  })

  it.each([OLD_FILE, OLD_FILE_TO_WRITE])('open no symbolic link (%i)', async (flags) => {
    using folder = new Folder({ f: 'old' })
    symlinkSync('f', folder.at('link'))
    const error = await open(folder.at('link'), flags).catch((thrown: unknown) => thrown)
    expect(isUnfollowed(error)).toBe(true)
    await (await open(folder.at('f'), flags)).close()
    const absent = await open(folder.at('absent'), flags).catch((thrown: unknown) => thrown)
    expect(isUnfollowed(absent)).toBe(false)
  })
})

describe('createdAnew', () => {
  const create = (path: string) =>
    createdAnew(path, () => writeFile(path, 'new', { flag: NEW_FILE }))

  it('replaces a link itself, not the file that it leads to', async () => {
    using folder = new Folder({ f: 'old' })
    symlinkSync('f', folder.at('link'))
    await create(folder.at('link'))
    expect(lstatSync(folder.at('link')).isFile()).toBe(true)
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('old')
  })

  it('fails for what can not be removed, and passes on other errors', async () => {
    using folder = new Folder()
    mkdirSync(folder.at('folder'))
    await expect(create(folder.at('folder'))).rejects.toThrow()
    await expect(create(folder.at('absent/f'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('isOwn', () => {
  const folderOf = (uid: bigint) => ({ uid })

  it('accepts a regular file with one name, of this user or of the owner of the folder', () => {
    using folder = new Folder({ f: '' })
    const file = lstatSync(folder.at('f'), { bigint: true })
    expect(isOwn(file, folderOf(1n))).toBe(true)
    const foreign = Object.assign(Object.create(file), { uid: file.uid + 5n })
    expect(isOwn(foreign, folderOf(1n))).toBe(false)
    expect(isOwn(foreign, folderOf(file.uid + 5n))).toBe(true)
    linkSync(folder.at('f'), folder.at('g'))
    expect(isOwn(lstatSync(folder.at('f'), { bigint: true }), folderOf(1n))).toBe(false)
    expect(isOwn(lstatSync(folder.path, { bigint: true }), folderOf(1n))).toBe(false)
  })
})
