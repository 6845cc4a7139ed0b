import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FileIdentity } from '../../../src/client/download/file-identity.js'
import { identityAt } from '../../../src/client/download/file-identity.js'
import { openPart } from '../../../src/client/download/open-part.js'
import { formatSidecar } from '../../../src/client/download/sidecar-format.js'
import { LastbyteError } from '../../../src/errors.js'
import { disk } from '../../fixture/failing-disk.js'
import { Folder } from '../../fixture/files.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

afterEach(() => disk[Symbol.dispose]())

const URL = 'http://host/f'
const RECORD = formatSidecar({
  url: URL,
  version: { validator: { kind: 'strong', etag: '"v1"' }, size: 100 },
  slices: [{ start: 0, end: 5 }],
  run: { id: 'ended', locks: 'here' },
})

/** A lock that records the files, and refuses after so many. */
class RecordingLock {
  readonly files: FileIdentity[] = []
  readonly space = 'here'

  constructor(private readonly most = 9) {}

  readonly add = async ({ dev, ino }: FileIdentity) => {
    if (this.files.length === this.most) throw new LastbyteError('IN_USE', 'in use')
    this.files.push({ dev, ino })
  }
}

const identity = async (path: string) => {
  const { dev = 0n, ino = 0n } = (await identityAt(path)) ?? {}
  return { dev, ino }
}

describe('openPart', () => {
  it('locks the part file that it keeps', async () => {
    using folder = new Folder({ 'f.part': 'bytes', 'f.part.json': RECORD })
    const lock = new RecordingLock()
    const { file, sidecar } = await openPart(folder.at('f'), URL, lock)
    await file.close()
    expect(sidecar?.slices).toEqual([{ start: 0, end: 5 }])
    expect(lock.files).toEqual([await identity(folder.at('f.part'))])
  })

  it('locks the part file that it sets aside, and the one that it creates', async () => {
    using folder = new Folder({ 'f.part': 'bytes', 'f.part.json': '{}' })
    const lock = new RecordingLock()
    const { file, sidecar } = await openPart(folder.at('f'), URL, lock)
    await file.close()
    expect(sidecar).toBeUndefined()
    const paths = ['f.part.set-aside', 'f.part'].map((name) => identity(folder.at(name)))
    expect(lock.files).toEqual(await Promise.all(paths))
  })

  it('renames nothing where another download writes the part file', async () => {
    using folder = new Folder({ 'f.part': 'bytes', 'f.part.json': '{}' })
    await expect(openPart(folder.at('f'), URL, new RecordingLock(0))).rejects.toMatchObject({
      code: 'IN_USE',
    })
    expect(readdirSync(folder.path).sort()).toEqual(['f.part', 'f.part.json'])
  })

  it('leaves its new file to a download that has locked it first', async () => {
    using folder = new Folder()
    await expect(openPart(folder.at('f'), URL, new RecordingLock(0))).rejects.toMatchObject({
      code: 'IN_USE',
    })
    expect(existsSync(folder.at('f.part'))).toBe(true)
  })

  it('is refused with IN_USE where the part file appears in between', async () => {
    using folder = new Folder()
    disk.onCall = (call, path) => {
      if (call === 'open' && path.endsWith('f.part')) writeFileSync(path, 'of another process')
    }
    await expect(openPart(folder.at('f'), URL, new RecordingLock())).rejects.toMatchObject({
      code: 'IN_USE',
      facts: { path: folder.at('f') },
    })
  })

  it('does not take a file that has replaced the one which it has locked', async () => {
    using folder = new Folder({ 'f.part': 'bytes', 'f.part.json': RECORD })
    disk.onCall = (call, path) => {
      if (call !== 'open' || !path.endsWith('f.part')) return
      disk.onCall = () => {}
      folder.write('planted', 'xxxxx')
      renameSync(folder.at('planted'), path)
    }
    const { file, sidecar } = await openPart(folder.at('f'), URL, new RecordingLock())
    await file.close()
    expect(sidecar).toBeUndefined()
  })
})
