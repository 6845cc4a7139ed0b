import { existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { identityOf } from '../../../src/client/download/file-identity.js'
import { requireInPlace, requireRenamed } from '../../../src/client/download/in-place.js'
import { Folder } from '../../fixture/files.js'

const MINE = JSON.stringify({ run: { id: 'mine' } })
const OTHERS = JSON.stringify({ run: { id: 'of another run' } })

/** A part file that is open, and its sidecar. */
async function opened(folder: Folder, sidecar: string | undefined): Promise<FileHandle> {
  folder.write('f.part', 'bytes')
  if (sidecar !== undefined) folder.write('f.part.json', sidecar)
  return open(folder.at('f.part'), 'r')
}

/** Another file takes the place of the part file. */
function replacePart(folder: Folder): void {
  folder.write('new', 'others')
  renameSync(folder.at('new'), folder.at('f.part'))
}

describe('requireInPlace', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['the sidecar has this run', MINE, 'mine'],
    ['there is no sidecar', undefined, 'mine'],
    ['the sidecar names no run', '{"format":1}', 'mine'],
    ['the sidecar is damaged', '{', 'mine'],
    ['this run has recorded nothing', OTHERS, undefined],
  ])('permits a part file in its place where %s', async (_what, sidecar, run) => {
    using folder = new Folder()
    await using file = await opened(folder, sidecar)
    await requireInPlace(file, folder.at('f'), run)
  })

  it('permits one whose sidecar is a link, which is not followed', async () => {
    using folder = new Folder({ planted: OTHERS })
    await using file = await opened(folder, undefined)
    symlinkSync('planted', folder.at('f.part.json'))
    await requireInPlace(file, folder.at('f'), 'mine')
  })

  it('throws IN_USE for the run of another one, also where inodes tell nothing', async () => {
    using folder = new Folder()
    await using file = await opened(folder, OTHERS)
    await expect(requireInPlace(file, folder.at('f'), 'mine')).rejects.toMatchObject({
      code: 'IN_USE',
      facts: { path: folder.at('f') },
    })
  })

  it.each<[string, string | undefined, string | undefined, string]>([
    ['the run of another one', OTHERS, 'mine', 'IN_USE'],
    ['the run of another one, before this one has recorded', OTHERS, undefined, 'IN_USE'],
    ['no sidecar, as one that has set both files aside', undefined, 'mine', 'IN_USE'],
    ['no sidecar, before this one has recorded', undefined, undefined, 'IN_USE'],
    ['this run', MINE, 'mine', 'DISK_FAILED'],
    ['no run', '{"format":1}', 'mine', 'DISK_FAILED'],
  ])('for another part file with %s', async (_what, sidecar, run, code) => {
    using folder = new Folder()
    await using file = await opened(folder, sidecar)
    replacePart(folder)
    await expect(requireInPlace(file, folder.at('f'), run)).rejects.toMatchObject({ code })
  })
})

describe('requireRenamed', () => {
  it('gives the file of another run its name back, and throws IN_USE', async () => {
    using folder = new Folder()
    await using file = await opened(folder, OTHERS)
    replacePart(folder)
    renameSync(folder.at('f.part'), folder.at('f'))
    const own = await identityOf(file)
    await expect(requireRenamed(own, folder.at('f'), 'mine')).rejects.toMatchObject({
      code: 'IN_USE',
    })
    expect(existsSync(folder.at('f'))).toBe(false)
    expect(readFileSync(folder.at('f.part'), 'utf8')).toBe('others')
  })

  it.each([
    ['its own file, although another run has announced itself since', OTHERS, false],
    ['another inode, which a copy or the file system has made, with its own record', MINE, true],
  ])('accepts %s', async (_what, sidecar, isOther) => {
    using folder = new Folder()
    await using file = await opened(folder, sidecar)
    if (isOther) replacePart(folder)
    renameSync(folder.at('f.part'), folder.at('f'))
    await requireRenamed(await identityOf(file), folder.at('f'), 'mine')
    expect(existsSync(folder.at('f'))).toBe(true)
  })

  it('accepts a target that is removed at once', async () => {
    using folder = new Folder()
    await using file = await opened(folder, OTHERS)
    rmSync(folder.at('f.part'))
    await requireRenamed(await identityOf(file), folder.at('f'), 'mine')
  })
})
