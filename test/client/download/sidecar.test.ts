import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createSidecar,
  readRunId,
  readSidecar,
  removeSidecar,
  replaceSidecar,
} from '../../../src/client/download/sidecar.js'
import { parseSidecar, type Sidecar } from '../../../src/client/download/sidecar-format.js'
import { type DiskCall, disk } from '../../fixture/failing-disk.js'
import { Folder } from '../../fixture/files.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

afterEach(() => disk[Symbol.dispose]())

const FIRST: Sidecar = {
  url: 'http://host/f',
  version: { validator: { kind: 'strong', etag: '"v1"' }, size: 100 },
  slices: [],
}
const SECOND: Sidecar = { ...FIRST, slices: [{ start: 0, end: 50 }] }

describe('readSidecar', () => {
  it('reads what was written last', async () => {
    using folder = new Folder()
    const path = folder.at('sidecar')
    await createSidecar(path, FIRST)
    expect(await readSidecar(path, FIRST.url)).toEqual(FIRST)
    await replaceSidecar(path, SECOND)
    expect(await readSidecar(path, FIRST.url)).toEqual(SECOND)
    expect(readdirSync(folder.path)).toEqual(['sidecar'])
  })

  it('returns undefined for an absent, a damaged and a foreign sidecar', async () => {
    using folder = new Folder({ damaged: '{"format":1', foreign: '[]' })
    for (const name of ['absent', 'damaged', 'foreign']) {
      expect(await readSidecar(folder.at(name), FIRST.url)).toBeUndefined()
    }
    await createSidecar(folder.at('sidecar'), FIRST)
    expect(await readSidecar(folder.at('sidecar'), 'http://host/g')).toBeUndefined()
  })

  it.each(['EACCES', 'EIO', 'EMFILE'])(
    'throws DISK_FAILED for %s, because the sidecar may be valid',
    async (code) => {
      using folder = new Folder()
      const path = folder.at('sidecar')
      await createSidecar(path, FIRST)
      disk.fail({ call: 'readFile', path, code })
      await expect(readSidecar(path, FIRST.url)).rejects.toMatchObject({
        code: 'DISK_FAILED',
        facts: { path, code },
      })
    },
  )
})

describe('readRunId', () => {
  it('reads the run whatever the URL is, and tells an absent sidecar from one without a run', async () => {
    using folder = new Folder({ damaged: '{"run":' })
    const path = folder.at('sidecar')
    expect(await readRunId(path)).toBe('absent')
    expect(await readRunId(folder.at('damaged'))).toBeUndefined()
    await createSidecar(path, FIRST)
    expect(await readRunId(path)).toBeUndefined()
    const run = { id: 'a', locks: 'here' }
    await replaceSidecar(path, { ...SECOND, run })
    expect(await readRunId(path)).toEqual(run)
    expect(await readSidecar(path, FIRST.url)).toEqual({ ...SECOND, run })
  })
})

describe('createSidecar and replaceSidecar', () => {
  it('write a file that only its owner can read, because a URL may be signed', async () => {
    using folder = new Folder()
    await createSidecar(folder.at('first'), FIRST)
    await replaceSidecar(folder.at('second'), SECOND)
    for (const name of ['first', 'second']) {
      expect(statSync(folder.at(name)).mode & 0o777).toBe(0o600)
    }
  })

  it.each<[DiskCall, string, string]>([
    ['open', 'sidecar.new', 'EMFILE'],
    ['file.writeFile', 'sidecar.new', 'ENOSPC'],
    ['file.datasync', 'sidecar.new', 'EIO'],
    ['file.close', 'sidecar.new', 'EDQUOT'],
    ['rename', 'sidecar.new', 'EACCES'],
  ])('leave the earlier sidecar intact when %s of %s fails with %s', async (call, name, code) => {
    using folder = new Folder()
    const path = folder.at('sidecar')
    await createSidecar(path, FIRST)
    disk.fail({ call, path: name, code })
    await expect(replaceSidecar(path, SECOND)).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { path: folder.at(name), code },
    })
    expect(await readSidecar(path, FIRST.url)).toEqual(FIRST)
    expect(readdirSync(folder.path)).toEqual(['sidecar'])
  })

  it('replace a file that is complete at each moment', async () => {
    using folder = new Folder()
    const path = folder.at('sidecar')
    await createSidecar(path, FIRST)
    const seen = new Set<string>()
    disk.onCall = (call) => {
      const sidecar = parseSidecar(readFileSync(path, 'utf8'), FIRST.url)
      seen.add(`${call}: ${sidecar?.slices.length}`)
    }
    await replaceSidecar(path, SECOND)
    expect([...seen]).toEqual([
      'open: 0',
      'file.writeFile: 0',
      'file.datasync: 0',
      'file.close: 0',
      'rename: 0',
    ])
  })
})

describe('removeSidecar', () => {
  it('removes a sidecar with its temporary file, and accepts that there is none', async () => {
    using folder = new Folder()
    const path = folder.at('sidecar')
    await createSidecar(path, FIRST)
    writeFileSync(`${path}.new`, 'torn')
    await removeSidecar(path)
    expect(readdirSync(folder.path)).toEqual([])
    await removeSidecar(path)
  })

  it.each(['sidecar', 'sidecar.new'])(
    'throws DISK_FAILED when %s can not be removed',
    async (name) => {
      using folder = new Folder()
      disk.fail({ call: 'rm', path: name, code: 'EACCES' })
      await expect(removeSidecar(folder.at('sidecar'))).rejects.toMatchObject({
        code: 'DISK_FAILED',
        message: expect.stringMatching(/^Cannot remove .*EACCES/),
      })
    },
  )
})
