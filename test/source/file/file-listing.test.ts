import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listFolder } from '../../../src/source/file/file-listing.js'
import { FileRoot } from '../../../src/source/file/file-root.js'
import { FilesystemTypes } from '../../../src/source/file/filesystem-type.js'
import { Folder } from '../../fixture/files.js'
import { unprivileged } from '../../fixture/unprivileged.js'

const live = new AbortController().signal
const filesystems = new FilesystemTypes()

function list(folder: Folder, path = folder.path, signal = live) {
  const root = new FileRoot(folder.path)
  const isWithinRoot = (real: string) => root.contains(real)
  return listFolder(path, { isWithinRoot, isListed: () => true, filesystems }, signal)
}

const namesIn = async (folder: Folder, path?: string) =>
  (await list(folder, path)).map(({ name }) => name).sort()

describe('listFolder', () => {
  it('describes files and folders', async () => {
    using folder = new Folder({ 'f.txt': '12345' })
    mkdirSync(folder.at('dir'))
    for (const name of ['f.txt', 'dir']) utimesSync(folder.at(name), 0, 1_700_000_000)
    const entries = (await list(folder)).sort((a, b) => a.name.localeCompare(b.name))
    const lastModified = 1_700_000_000_000
    expect(entries).toEqual([
      { name: 'dir', kind: 'directory', size: 0, lastModified },
      { name: 'f.txt', kind: 'file', size: 5, lastModified },
    ])
  })

  it('lists more entries than it stats at the same time', async () => {
    const names = Array.from({ length: 150 }, (_, n) => `f${n}`)
    using folder = new Folder(Object.fromEntries(names.map((name) => [name, ''])))
    expect(await namesIn(folder)).toEqual(names.sort())
  })

  it('leaves out names that no key can carry, and lists other Unicode names', async () => {
    using folder = new Folder({ 'a\\b': '', 'line\nbreak': '', 'Ċ.txt': '', '🎬.mp4': '' })
    writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/invalid-`), Buffer.of(0xff)]), '')
    expect(await namesIn(folder)).toEqual(['Ċ.txt', '🎬.mp4'])
  })

  it('leaves out FIFOs, dangling symbolic links and links out of the root', async () => {
    using outside = new Folder({ secret: 'x' })
    using folder = new Folder({ f: '' })
    symlinkSync(outside.at('secret'), folder.at('out'))
    symlinkSync('nowhere', folder.at('dangling'))
    symlinkSync('loop', folder.at('loop'))
    symlinkSync('f', folder.at('alias'))
    execFileSync('mkfifo', [folder.at('fifo')])
    expect(await namesIn(folder)).toEqual(['alias', 'f'])
  })

  it('is empty for a folder that a symbolic link leads to outside the root', async () => {
    using outside = new Folder({ secret: 'x' })
    using folder = new Folder()
    symlinkSync(outside.path, folder.at('out'))
    expect(await namesIn(folder, folder.at('out'))).toEqual([])
  })

  it('lists a folder that a symbolic link leads to within the root', async () => {
    using folder = new Folder({ 'dir/f': '' })
    symlinkSync('dir', folder.at('link'))
    expect(await namesIn(folder, folder.at('link'))).toEqual(['f'])
  })

  it.each(['none', 'f', 'f/below', 'loop', 'x'.repeat(300)])(
    'is empty for %s, which is no folder',
    async (name) => {
      using folder = new Folder({ f: '' })
      symlinkSync('loop', folder.at('loop'))
      expect(await namesIn(folder, folder.at(name))).toEqual([])
    },
  )

  it('lists only the names that are wanted', async () => {
    using folder = new Folder({ 'a.mp4': '', 'a.vtt': '', 'b.vtt': '' })
    const isListed = (name: string) => name[0] === 'a'
    const rules = { isWithinRoot: async () => true, isListed, filesystems }
    const entries = await listFolder(folder.path, rules, live)
    expect(entries.map(({ name }) => name).sort()).toEqual(['a.mp4', 'a.vtt'])
  })

  it('reads no further names once its signal is aborted', async () => {
    const names = Array.from({ length: 1000 }, (_, n) => `f${n}`)
    using folder = new Folder(Object.fromEntries(names.map((name) => [name, ''])))
    const leaving = new AbortController()
    let calls = 0
    const isListed = () => {
      calls += 1
      leaving.abort(new Error('left'))
      return true
    }
    const listing = listFolder(
      folder.path,
      { isWithinRoot: async () => true, isListed, filesystems },
      leaving.signal,
    )
    await expect(listing).rejects.toThrow('left')
    expect(calls).toBe(1)
  })

  it('rejects with the reason of the signal', async () => {
    using folder = new Folder({ f: '' })
    const aborted = AbortSignal.abort(new Error('left'))
    await expect(list(folder, folder.path, aborted)).rejects.toThrow('left')
  })

  // access(2) checks the real user id, which a process cannot change back.
  it.skipIf(process.getuid?.() === 0)('leaves out what may not be read', async () => {
    using folder = new Folder({ open: '', closed: '', 'shut/f': '' })
    chmodSync(folder.at('closed'), 0)
    chmodSync(folder.at('shut'), 0)
    try {
      expect(await namesIn(folder)).toEqual(['open'])
    } finally {
      chmodSync(folder.at('shut'), 0o755)
    }
  })

  it.runIf(unprivileged.available)(
    'rejects with SOURCE_FAILED for an unreadable folder',
    async () => {
      using folder = new Folder({ 'shut/f': '' })
      chmodSync(folder.path, 0o755)
      chmodSync(folder.at('shut'), 0o111)
      const listing = unprivileged.run(() => list(folder, folder.at('shut')))
      await listing.catch(() => chmodSync(folder.at('shut'), 0o755))
      await expect(listing).rejects.toMatchObject({
        code: 'SOURCE_FAILED',
        message: expect.stringMatching(/^Cannot list folder: EACCES/),
      })
    },
  )
})
