import { execFileSync } from 'node:child_process'
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PartFile } from '../../../src/client/download/part-file.js'
import type { SizedVersion } from '../../../src/client/download/sidecar-format.js'
import { disk } from '../../fixture/failing-disk.js'
import { Folder, pattern } from '../../fixture/files.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

afterEach(() => disk[Symbol.dispose]())

const URL = 'http://host/f'
const VERSION: SizedVersion = { validator: { kind: 'strong', etag: '"v1"' }, size: 100 }
const CONTENT = pattern(100)

const open = (folder: Folder, url = URL) => PartFile.open(folder.at('f'), url)

/** Leaves a part file with bytes [0, 60) recorded. */
async function suspended(folder: Folder): Promise<void> {
  const part = await open(folder)
  await part.record(VERSION)
  await part.write([CONTENT.subarray(0, 60)], 0)
  await part.suspend()
}

const sidecar = (folder: Folder) => JSON.parse(readFileSync(folder.at('f.part.json'), 'utf8'))

describe('PartFile.open', () => {
  it('creates an empty part file', async () => {
    using folder = new Folder()
    const part = await open(folder)
    expect(part.version).toBeUndefined()
    expect(part.slices).toEqual([])
    expect(part.bytes).toBe(0)
    expect(readdirSync(folder.path)).toEqual(['f.part'])
    await part.suspend()
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('resumes the version and the slices that an earlier run has recorded', async () => {
    using folder = new Folder()
    await suspended(folder)
    const part = await open(folder)
    expect(part.version).toEqual(VERSION)
    expect(part.slices).toEqual([{ start: 0, end: 60 }])
    expect(part.bytes).toBe(60)
    await part.suspend()
  })

  it('sets a part file aside that is a FIFO or a dangling link, instead of opening it', async () => {
    for (const make of [
      (path: string) => void execFileSync('mkfifo', [path]),
      (path: string) => symlinkSync('absent', path),
    ]) {
      using folder = new Folder()
      await suspended(folder)
      const recorded = { ...sidecar(folder), held: [] }
      writeFileSync(folder.at('f.part.json'), JSON.stringify(recorded))
      rmSync(folder.at('f.part'))
      make(folder.at('f.part'))
      const part = await open(folder)
      expect(part.version).toBeUndefined()
      expect(readdirSync(folder.path)).toContain('f.part.set-aside')
      await part.suspend()
    }
  })

  it.each<[string, (folder: Folder) => void]>([
    [
      'the part file is a link',
      (folder) => {
        renameSync(folder.at('f.part'), folder.at('other'))
        symlinkSync('other', folder.at('f.part'))
      },
    ],
    ['the sidecar is empty', (folder) => truncateSync(folder.at('f.part.json'))],
    [
      'the part file is shorter than the recorded slices',
      (folder) => truncateSync(folder.at('f.part'), 59),
    ],
    [
      'the part file is longer than the version',
      (folder) => writeFileSync(folder.at('f.part'), pattern(101)),
    ],
  ])('sets the part file aside when %s', async (_what, damage) => {
    using folder = new Folder()
    await suspended(folder)
    damage(folder)
    const part = await open(folder)
    expect(part.bytes).toBe(0)
    expect(part.version).toBeUndefined()
    expect(existsSync(folder.at('f.part.set-aside'))).toBe(true)
    expect(existsSync(folder.at('f.part.json'))).toBe(false)
    await part.suspend()
  })

  it('sets the part file of another URL aside', async () => {
    using folder = new Folder()
    await suspended(folder)
    const part = await open(folder, 'http://host/g')
    expect(part.bytes).toBe(0)
    expect(readFileSync(folder.at('f.part.set-aside')).equals(CONTENT.subarray(0, 60))).toBe(true)
    await part.suspend()
  })

  it('removes a sidecar without part file, which a kill after the rename leaves', async () => {
    using folder = new Folder({ 'f.part.json': '{}', 'f.part.json.new': 'torn' })
    const part = await open(folder)
    expect(readdirSync(folder.path)).toEqual(['f.part'])
    await part.suspend()
  })

  it('throws DISK_FAILED for a target that is a folder', async () => {
    using folder = new Folder({ 'f/inside': '' })
    await expect(open(folder)).rejects.toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringContaining('expected the path of a file; received a folder'),
    })
  })
})

describe('PartFile', () => {
  it('has its target only after finish, and nothing else then', async () => {
    using folder = new Folder({ f: 'an earlier file' })
    const part = await open(folder)
    await part.record(VERSION)
    await part.write([CONTENT.subarray(50)], 50)
    await part.write([CONTENT.subarray(0, 50)], 0)
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('an earlier file')
    await part.finish()
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  it('writes more buffers than one call takes, at their positions', async () => {
    using folder = new Folder()
    const chunks = Array.from({ length: 3_000 }, (_none, n) => Uint8Array.of(n % 251))
    const part = await open(folder)
    await part.write(chunks, 7)
    await part.finish()
    const written = readFileSync(folder.at('f'))
    expect(written.subarray(7).equals(Buffer.concat(chunks))).toBe(true)
  })

  it('writes all bytes when each call of the system writes only some of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 9 }),
        fc.integer({ min: 1, max: 7 }),
        async (chunks, most) => {
          using folder = new Folder()
          using _limit = disk.limitWrites(most)
          const part = await open(folder)
          await part.write(chunks, 0)
          await part.finish()
          expect(readFileSync(folder.at('f')).equals(Buffer.concat(chunks))).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('throws DISK_FAILED when the system accepts no byte, instead of a loop without end', async () => {
    using folder = new Folder()
    using _limit = disk.limitWrites(0)
    const part = await open(folder)
    await expect(part.write([CONTENT], 0)).rejects.toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringContaining('the file system accepted 0 bytes'),
    })
    await part.suspend()
  })

  it('keeps the bytes that were written before a write failed', async () => {
    using folder = new Folder()
    using _limit = disk.limitWrites(10)
    const part = await open(folder)
    await part.record(VERSION)
    disk.fail({ call: 'file.writev', path: 'f.part', code: 'ENOSPC', after: 3 })
    await expect(part.write([CONTENT], 0)).rejects.toMatchObject({ code: 'DISK_FAILED' })
    expect(part.bytes).toBe(30)
    await part.suspend()
    expect(sidecar(folder).held).toEqual([{ start: 0, end: 30 }])
  })

  it('records bytes only after they are synced, once more than the minimum are not recorded', async () => {
    using folder = new Folder()
    const calls: string[] = []
    const part = await open(folder)
    await part.record(VERSION)
    await part.write([CONTENT.subarray(0, 10)], 0)
    disk.onCall = (call, path) => {
      if (call !== 'readFile') calls.push(`${call} ${path.replace(folder.path, '')}`)
    }
    await part.checkpoint(10)
    expect(calls).toEqual([])
    await part.checkpoint(9)
    expect(calls.slice(0, 2)).toEqual(['file.datasync /f.part', 'open /f.part.json.new'])
    expect(sidecar(folder).held).toEqual([{ start: 0, end: 10 }])
    await part.suspend()
  })

  it('receives on during a checkpoint, and waits for it at the next one', async () => {
    using folder = new Folder()
    const part = await open(folder)
    await part.record(VERSION)
    await part.write([CONTENT.subarray(0, 10)], 0)
    expect(part.checkpointBehind(10)).toBeUndefined()
    await part.checkpointBehind(5)
    expect(part.checkpointBehind(5)).toBeUndefined()
    await part.write([CONTENT.subarray(10, 20)], 10)
    await part.checkpointBehind(5)
    expect(sidecar(folder).held).toEqual([{ start: 0, end: 10 }])
    await part.suspend()
    expect(sidecar(folder).held).toEqual([{ start: 0, end: 20 }])
  })

  it('does not record bytes that are written during the sync', async () => {
    using folder = new Folder()
    const part = await open(folder)
    await part.record(VERSION)
    await part.write([CONTENT.subarray(0, 10)], 0)
    let writing: Promise<void> | undefined
    disk.onCall = (call) => {
      if (call === 'file.datasync') writing ??= part.write([CONTENT.subarray(10, 20)], 10)
    }
    await part.checkpoint(0)
    await writing
    expect(sidecar(folder).held).toEqual([{ start: 0, end: 10 }])
    await part.suspend()
    expect(sidecar(folder).held).toEqual([{ start: 0, end: 20 }])
  })

  it('records at suspend what a failed checkpoint could not', async () => {
    using folder = new Folder()
    const part = await open(folder)
    await part.record(VERSION)
    await part.write([CONTENT.subarray(0, 10)], 0)
    disk.fail({ call: 'open', path: 'f.part.json.new', code: 'EMFILE', times: 1 })
    await expect(part.checkpoint(0)).rejects.toMatchObject({ code: 'DISK_FAILED' })
    await part.suspend()
    expect(sidecar(folder).held).toEqual([{ start: 0, end: 10 }])
  })

  it('drops all bytes of a version at a reset', async () => {
    using folder = new Folder()
    await suspended(folder)
    const part = await open(folder)
    await part.reset()
    expect(part.bytes).toBe(0)
    expect(part.version).toBeUndefined()
    expect(readFileSync(folder.at('f.part'))).toHaveLength(0)
    expect(existsSync(folder.at('f.part.json'))).toBe(false)
    await part.record({ ...VERSION, size: 3 })
    await part.write([Buffer.from('new')], 0)
    await part.finish()
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('new')
  })

  it('removes the sidecar before the bytes at a reset, so that it never describes others', async () => {
    using folder = new Folder()
    await suspended(folder)
    const part = await open(folder)
    const calls: string[] = []
    disk.onCall = (call) => {
      if (call !== 'readFile') calls.push(call)
    }
    await part.reset()
    expect(calls).toEqual(['rm', 'rm', 'file.truncate'])
    await part.suspend()
  })

  it('removes bytes that no later run could resume', async () => {
    using folder = new Folder()
    const part = await open(folder)
    await part.write([CONTENT], 0)
    await part.suspend()
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('reads back what was written, and 0 bytes at the end', async () => {
    using folder = new Folder()
    const part = await open(folder)
    await part.write([CONTENT], 0)
    const buffer = Buffer.alloc(30)
    expect(await part.read(buffer, 90)).toBe(10)
    expect(buffer.subarray(0, 10).equals(CONTENT.subarray(90))).toBe(true)
    expect(await part.read(buffer, 100)).toBe(0)
    await part.suspend()
  })
})
