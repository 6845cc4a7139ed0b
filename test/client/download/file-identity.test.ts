import { linkSync, renameSync, symlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  identityAt,
  identityOf,
  identityText,
  isFileAt,
} from '../../../src/client/download/file-identity.js'
import { Folder } from '../../fixture/files.js'

const textAt = async (path: string) => identityText(await identityAt(path))

describe('The identity of a file', () => {
  it('is the same by each of its names and paths, and another one for another file', async () => {
    using folder = new Folder({ f: 'a', g: 'a' })
    linkSync(folder.at('f'), folder.at('hard'))
    symlinkSync('f', folder.at('soft'))
    await using file = await open(folder.at('f'))
    const text = identityText(await identityOf(file))
    expect(text).toMatch(/^\d+:\d+$/)
    for (const name of ['f', 'hard', 'soft']) expect(await textAt(folder.at(name))).toBe(text)
    expect(await textAt(folder.at('g'))).not.toBe(text)
  })

  it('is unknown for an absent file, and where the file system has no inodes', async () => {
    expect(await identityAt('/absent/f')).toBeUndefined()
    expect(identityText(undefined)).toBeUndefined()
    expect(identityText({ dev: 5n, ino: 0n })).toBeUndefined()
  })
})

describe('isFileAt', () => {
  it('tells whether an open file is still at its path, where a link to it does not count', async () => {
    using folder = new Folder({ f: 'a' })
    await using file = await open(folder.at('f'))
    expect(await isFileAt(file, folder.at('f'))).toBe(true)
    renameSync(folder.at('f'), folder.at('g'))
    expect(await isFileAt(file, folder.at('f'))).toBe(true)
    symlinkSync('g', folder.at('f'))
    expect(await isFileAt(file, folder.at('f'))).toBe(false)
  })
})
