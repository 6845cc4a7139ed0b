import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  partOf,
  requireNoFolder,
  requireWritable,
  setAside,
  sidecarOf,
  syncFolderOf,
} from '../../../src/client/download/target-path.js'
import { type DiskCall, disk } from '../../fixture/failing-disk.js'
import { Folder } from '../../fixture/files.js'
import { unprivileged } from '../../fixture/unprivileged.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

afterEach(() => disk[Symbol.dispose]())

describe('the paths of a target', () => {
  it('are beside it, so that each rename stays within one file system', () => {
    expect(partOf('/dir/f')).toBe('/dir/f.part')
    expect(sidecarOf('/dir/f')).toBe('/dir/f.part.json')
  })

  it.each(['a', 'é', '日', '🎬', '\ud800'])(
    'have room for each suffix, whole characters and another hash for each long name, of %j',
    (character) => {
      for (let length = 1; length <= 255; length += 1) {
        const name = character.repeat(length)
        if (Buffer.byteLength(name) > 255) break
        const sidecar = sidecarOf(`/dir/${name}`)
        const [, folder, beside = ''] = sidecar.split('/')
        expect(folder).toBe('dir')
        expect(Buffer.byteLength(`${beside}.set-aside`)).toBeLessThanOrEqual(255)
        // A character that is cut has no other encoding than U+FFFD.
        if (character !== '\ud800') expect(Buffer.from(beside).toString()).toBe(beside)
        expect(beside).not.toContain('\ufffd')
        if (beside !== `${name}.part.json`) {
          expect(name.startsWith(beside.slice(0, beside.indexOf('~')))).toBe(true)
          expect(sidecarOf(`/dir/${name.slice(character.length)}y`)).not.toBe(sidecar)
        }
      }
    },
  )

  it('of a long name in a relative path and in a folder of the same name are in its folder', () => {
    const name = 'n'.repeat(250)
    expect(partOf(name)).toMatch(/^n{64}~[0-9a-f]{32}\.part$/)
    expect(partOf(`${name}/${name}`)).toBe(`${name}/${partOf(name)}`)
  })
})

describe('requireNoFolder', () => {
  it('accepts a file, and a path that is absent', async () => {
    using folder = new Folder({ f: '' })
    await requireNoFolder(folder.at('f'))
    await requireNoFolder(folder.at('absent'))
  })

  it('throws DISK_FAILED for a folder, and for a path that can not be examined', async () => {
    using folder = new Folder({ f: '' })
    await expect(requireNoFolder(folder.path)).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { path: folder.path, code: 'EISDIR' },
    })
    await expect(requireNoFolder(folder.at('f/g'))).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { path: folder.at('f/g'), code: 'ENOTDIR' },
    })
  })
})

describe('requireWritable', () => {
  it('accepts a file that is absent or writable, and a program that runs', async () => {
    using folder = new Folder({ f: '' })
    copyFileSync('/bin/sleep', folder.at('sleep'))
    const running = spawn(folder.at('sleep'), ['60'])
    await once(running, 'spawn')
    for (const name of ['f', 'absent', 'sleep']) await requireWritable(folder.at(name))
    running.kill()
    await once(running, 'exit')
  })

  it.skipIf(!unprivileged.available)(
    'throws DISK_FAILED for a file without permission',
    async () => {
      using folder = new Folder({ f: 'old' })
      chmodSync(folder.path, 0o777)
      chmodSync(folder.at('f'), 0o444)
      const checking = unprivileged.run(() => requireWritable(folder.at('f')))
      await expect(checking).rejects.toMatchObject({
        code: 'DISK_FAILED',
        message: expect.stringMatching(/^Cannot replace .*EACCES/),
        facts: { path: folder.at('f'), code: 'EACCES' },
      })
    },
  )
})

describe('setAside', () => {
  it('renames a file over one that was set aside before, and accepts that there is none', async () => {
    using folder = new Folder({ f: 'new', 'f.set-aside': 'old' })
    await setAside(folder.at('f'))
    expect(readdirSync(folder.path)).toEqual(['f.set-aside'])
    expect(readFileSync(folder.at('f.set-aside'), 'utf8')).toBe('new')
    await setAside(folder.at('f'))
  })

  it('throws DISK_FAILED when the file can not be renamed', async () => {
    using folder = new Folder({ f: 'new' })
    disk.fail({ call: 'rename', path: '/f', code: 'EACCES' })
    await expect(setAside(folder.at('f'))).rejects.toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringMatching(/^Cannot set aside .*EACCES/),
    })
  })
})

describe('syncFolderOf', () => {
  it('opens, syncs and closes the folder of the target', async () => {
    using folder = new Folder()
    const calls: string[] = []
    disk.onCall = (call, path) => void calls.push(`${call} ${path === folder.path}`)
    await syncFolderOf(folder.at('f'))
    expect(calls).toEqual(['open true', 'file.sync true', 'file.close true'])
  })

  it.each<[DiskCall, string]>([
    ['open', 'EACCES'],
    ['file.sync', 'EINVAL'],
    ['file.close', 'EIO'],
  ])('throws DISK_FAILED when %s fails with %s', async (call, code) => {
    using folder = new Folder()
    disk.fail({ call, path: folder.path, code })
    await expect(syncFolderOf(folder.at('f'))).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { path: folder.path, code },
    })
  })
})
