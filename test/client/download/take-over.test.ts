import { existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PartFile } from '../../../src/client/download/part-file.js'
import type { SizedVersion } from '../../../src/client/download/sidecar-format.js'
import { type DiskCall, disk } from '../../fixture/failing-disk.js'
import { Folder, pattern } from '../../fixture/files.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

afterEach(() => disk[Symbol.dispose]())

const URL = 'http://host/f'
const SIZE = 60_000
const VERSION: SizedVersion = { validator: { kind: 'strong', etag: '"v1"' }, size: SIZE }
const CONTENT = pattern(SIZE)
const OTHER = pattern(SIZE, 1)
const HALF = SIZE / 2
const IN_USE = { code: 'IN_USE' }

/** A run whose locks exclude those of the same space alone. */
const open = (folder: Folder, space: string | undefined) =>
  PartFile.open(folder.at('f'), URL, { add: async () => {}, space })

/** A run that has recorded two slices and goes on. */
async function running(folder: Folder, space: string | undefined): Promise<PartFile> {
  const part = await open(folder, space)
  await part.record(VERSION)
  await part.write([CONTENT.subarray(0, 100)], 0)
  await part.write([CONTENT.subarray(HALF)], HALF)
  await part.checkpoint(0)
  return part
}

const inode = (folder: Folder) => statSync(folder.at('f.part')).ino

describe('A part file whose earlier run can not be excluded by a lock', () => {
  it.each([
    ['here', 'there'],
    ['here', undefined],
    [undefined, 'there'],
    [undefined, undefined],
  ])('is continued in a new file (locks of %s, then %s)', async (one, two) => {
    using folder = new Folder()
    const first = await running(folder, one)
    const second = await open(folder, two)
    expect(second.slices).toEqual([
      { start: 0, end: 100 },
      { start: HALF, end: SIZE },
    ])
    // The earlier run goes on with other bytes at the same places.
    await first.write([OTHER], 0)
    await expect(first.checkpoint(0)).rejects.toMatchObject(IN_USE)
    await expect(first.finish()).rejects.toMatchObject(IN_USE)
    await first.suspend().catch(() => {})
    await second.write([CONTENT.subarray(100, HALF)], 100)
    await second.checkpoint(0)
    await second.finish()
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  it('is continued in its place where the lock proves that the run has ended', async () => {
    using folder = new Folder()
    const first = await running(folder, 'here')
    const before = inode(folder)
    const second = await open(folder, 'here')
    expect(inode(folder)).toBe(before)
    await second.write([CONTENT.subarray(100, HALF)], 100)
    await second.finish()
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
    await first.suspend().catch(() => {})
  })

  it('keeps the record of the later run where the last rename of the earlier one fails', async () => {
    using folder = new Folder()
    const first = await running(folder, 'here')
    await first.write([CONTENT.subarray(100, HALF)], 100)
    let record = ''
    disk.onCall = (call, path) => {
      if (call !== 'rename' || !path.endsWith('.part')) return
      const { run: _run, ...rest } = JSON.parse(readFileSync(folder.at('f.part.json'), 'utf8'))
      record = JSON.stringify({ ...rest, run: { id: 'of the later one' } })
      folder.write('f.part.json', record)
    }
    disk.fail({ call: 'rename', path: 'f.part', code: 'EACCES' })
    await expect(first.finish()).rejects.toMatchObject({ code: 'DISK_FAILED' })
    expect(readFileSync(folder.at('f.part.json'), 'utf8')).toBe(record)
  })

  it('is left to the earlier run where that one writes during the copy', async () => {
    using folder = new Folder()
    const first = await running(folder, 'here')
    let writing: Promise<void> | undefined
    disk.onCall = (call, path) => {
      if (call !== 'file.sync' || !path.endsWith('.part.new')) return
      // The sync of the copy waits for the disk longer than this.
      const { held, ...rest } = JSON.parse(readFileSync(folder.at('f.part.json'), 'utf8'))
      folder.write('f.part.json', JSON.stringify({ ...rest, held: [{ start: 0, end: 200 }] }))
      writing = first.write([CONTENT.subarray(100, 200)], 100)
    }
    await expect(open(folder, 'there')).rejects.toMatchObject(IN_USE)
    disk.onCall = () => {}
    await writing
    await first.write([CONTENT.subarray(0, HALF)], 0)
    await first.finish()
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  it('is left alone where it has lost recorded bytes during the copy', async () => {
    using folder = new Folder()
    const first = await running(folder, 'here')
    disk.onCall = (call, path) => {
      if (call === 'file.read' && path.endsWith('.part')) truncateSync(folder.at('f.part'), 50)
    }
    await expect(open(folder, 'there')).rejects.toMatchObject(IN_USE)
    expect(readdirSync(folder.path)).toEqual(['f.part', 'f.part.json'])
    disk.onCall = () => {}
    await first.suspend()
  })

  it.each<[DiskCall, string, string]>([
    ['open', 'f.part.new', 'EMFILE'],
    ['file.read', 'f.part', 'EIO'],
    ['file.write' as DiskCall, 'f.part.new', 'ENOSPC'],
    ['file.sync', 'f.part.new', 'EIO'],
    ['open', 'f.part.json.new', 'ENOSPC'],
    ['rename', 'f.part.new', 'EACCES'],
  ])('is kept with its record when %s of %s fails with %s', async (call, path, code) => {
    using folder = new Folder()
    const first = await running(folder, 'here')
    disk.fail({ call, path, code })
    await expect(open(folder, 'there')).rejects.toMatchObject({ code: 'DISK_FAILED' })
    disk[Symbol.dispose]()
    expect(readdirSync(folder.path)).toEqual(['f.part', 'f.part.json'])
    const second = await open(folder, 'there')
    expect(second.bytes).toBe(100 + HALF)
    await second.suspend()
    await first.suspend().catch(() => {})
  })
})

/** What the earlier run does meanwhile; it fails where it notices the later one. */
const ACTIONS: Record<string, (part: PartFile) => Promise<void>> = {
  'records more': async (part) => {
    await part.write([CONTENT.subarray(100, 5_000)], 100)
    await part.checkpoint(0)
  },
  completes: async (part) => {
    await part.write([CONTENT.subarray(100, HALF)], 100)
    await part.finish()
  },
  'starts another version': async (part) => {
    await part.reset()
    await part.record({ ...VERSION, validator: { kind: 'strong', etag: '"v2"' } })
    await part.write([OTHER.subarray(0, HALF)], 0)
    await part.checkpoint(0)
    await part.write([OTHER.subarray(HALF)], HALF)
    await part.finish()
  },
}

/** Completes the bytes of a run: those that it has not kept, or all where the other run has dropped them. */
async function complete(part: PartFile): Promise<void> {
  if (part.version === undefined) {
    await part.record(VERSION)
    await part.write([CONTENT], 0)
  } else await part.write([CONTENT.subarray(100, HALF)], 100)
  await part.checkpoint(0)
  await part.finish()
}

const isWhole = (bytes: Buffer) => bytes.equals(CONTENT) || bytes.equals(OTHER)

describe.each(Object.entries(ACTIONS))('While a run that is taken over %s', (_what, act) => {
  it('neither a renamed file nor a recorded slice has bytes of both, at whichever step', async () => {
    for (let step = 0, isReached = true; isReached; step += 1) {
      using folder = new Folder()
      const first = await running(folder, 'here')
      isReached = false
      let calls = 0
      let acting: Promise<void> | undefined
      disk.onCall = () => {
        if (calls++ !== step) return
        isReached = true
        acting = act(first)
        acting.catch(() => {})
      }
      const second = await open(folder, 'there').catch(() => undefined)
      const completed =
        second &&
        (await complete(second).then(
          () => true,
          () => false,
        ))
      const acted = await acting?.then(
        () => true,
        () => false,
      )
      disk.onCall = () => {}
      const file = existsSync(folder.at('f')) ? readFileSync(folder.at('f')) : undefined
      if (completed || (acted && act !== ACTIONS['records more'])) expect(file).toBeDefined()
      if (file !== undefined) expect(isWhole(file), `step ${step}`).toBe(true)
      await first.suspend().catch(() => {})
      await second?.suspend().catch(() => {})
      const third = await open(folder, 'there')
      const bytes = readFileSync(folder.at('f.part'))
      const { validator } = third.version ?? VERSION
      const expected = validator.kind === 'strong' && validator.etag === '"v2"' ? OTHER : CONTENT
      for (const { start, end } of third.slices) {
        const isOwn = bytes.subarray(start, end).equals(expected.subarray(start, end))
        expect(isOwn, `step ${step}, slice ${start}`).toBe(true)
      }
      await third.suspend()
    }
    // Some dozens of downloads, each of which waits for the disk several times.
  }, 60_000)
})
