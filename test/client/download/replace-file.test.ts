import { chmodSync, existsSync, linkSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { replaceFile } from '../../../src/client/download/replace-file.js'
import { disk } from '../../fixture/failing-disk.js'
import { Folder } from '../../fixture/files.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

afterEach(() => disk[Symbol.dispose]())

const modeOf = (path: string) => statSync(path).mode & 0o7777

describe('replaceFile', () => {
  it('keeps the mode and owner of a file that it replaces, without setuid', async () => {
    using folder = new Folder({ part: 'new', f: 'old' })
    chmodSync(folder.at('f'), 0o4640)
    const { uid, gid } = statSync(folder.at('f'))
    await replaceFile(folder.at('part'), folder.at('f'))
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('new')
    expect(modeOf(folder.at('f'))).toBe(0o640)
    expect(statSync(folder.at('f'))).toMatchObject({ uid, gid })
  })

  it('keeps the mode of the part file where there is nothing to replace', async () => {
    using folder = new Folder()
    writeFileSync(folder.at('part'), 'new', { mode: 0o600 })
    await replaceFile(folder.at('part'), folder.at('f'))
    expect(modeOf(folder.at('f'))).toBe(0o600)
  })

  it('leaves the old bytes to the other names of the target', async () => {
    using folder = new Folder({ part: 'new', f: 'old' })
    linkSync(folder.at('f'), folder.at('other'))
    await replaceFile(folder.at('part'), folder.at('f'))
    expect(readFileSync(folder.at('other'), 'utf8')).toBe('old')
  })

  it.each(['EBUSY', 'EXDEV'])('copies over a target that is a mount point (%s)', async (code) => {
    using folder = new Folder({ part: 'new', f: 'older' })
    disk.fail({ call: 'rename', path: 'part', code })
    await replaceFile(folder.at('part'), folder.at('f'))
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('new')
    expect(existsSync(folder.at('part'))).toBe(false)
  })

  it('throws DISK_FAILED and keeps both files when the rename fails', async () => {
    using folder = new Folder({ part: 'new', f: 'old' })
    disk.fail({ call: 'rename', path: 'part', code: 'EACCES' })
    await expect(replaceFile(folder.at('part'), folder.at('f'))).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { code: 'EACCES' },
    })
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('old')
    expect(readFileSync(folder.at('part'), 'utf8')).toBe('new')
  })
})
