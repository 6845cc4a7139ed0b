import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { changeLocalFile } from '../../src/cli/change-file.js'
import { Folder, pattern } from '../fixture/files.js'
import { unprivileged } from '../fixture/unprivileged.js'

const SIZE = 3_000_000
const BEFORE = pattern(SIZE)

function changedFolder(): Folder {
  const folder = new Folder({ 'film.mkv': BEFORE })
  utimesSync(folder.at('film.mkv'), 1_700_000_000, 1_700_000_000.3)
  chmodSync(folder.at('film.mkv'), 0o640)
  return folder
}

const CASES = [
  { change: 'rewrite', size: SIZE, sameBytes: 0, isSameInode: true, isSameSecond: true },
  { change: 'rename', size: SIZE, sameBytes: 0, isSameInode: false, isSameSecond: false },
  {
    change: 'truncate',
    size: SIZE / 2,
    sameBytes: SIZE / 2,
    isSameInode: true,
    isSameSecond: false,
  },
  {
    change: 'append',
    size: SIZE + 65_536,
    sameBytes: SIZE,
    isSameInode: true,
    isSameSecond: false,
  },
] as const

it.each(CASES)('the change "$change" of a local file is made and undone', async (expected) => {
  using folder = changedFolder()
  const path = folder.at('film.mkv')
  const before = statSync(path)
  const change = changeLocalFile(path)
  await change(expected.change)
  const changed = readFileSync(path)
  const after = statSync(path)
  expect(changed).toHaveLength(expected.size)
  expect(
    changed.subarray(0, expected.sameBytes).equals(BEFORE.subarray(0, expected.sameBytes)),
  ).toBe(true)
  if (expected.sameBytes === 0) {
    expect(changed.some((byte, index) => byte === BEFORE[index])).toBe(false)
  }
  expect(after.ino === before.ino).toBe(expected.isSameInode)
  expect(Math.floor(after.mtimeMs / 1000) === 1_700_000_000).toBe(expected.isSameSecond)
  expect(after.mtimeMs).not.toBe(before.mtimeMs)
  expect(after.mode).toBe(before.mode)
  await change('restore')
  expectRestored(path, before.mode)
  expect(readdirSync(folder.path)).toEqual(['film.mkv'])
})

it('restores a local file after several changes, and twice without harm', async () => {
  using folder = changedFolder()
  const path = folder.at('film.mkv')
  const { mode } = statSync(path)
  const change = changeLocalFile(path)
  for (const each of ['append', 'rename', 'truncate', 'rewrite'] as const) await change(each)
  await change('restore')
  await change('restore')
  expectRestored(path, mode)
})

it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'])('restores a local file on %s', async (event) => {
  using folder = changedFolder()
  const path = folder.at('film.mkv')
  const { mode } = statSync(path)
  const others = process.listeners(event as 'SIGINT')
  const noOtherEnd = () => {}
  process.on(event, noOtherEnd)
  await changeLocalFile(path)('truncate')
  const added = process.listeners(event as 'SIGINT').filter((each) => !others.includes(each))
  for (const each of added) each(event as NodeJS.Signals)
  expectRestored(path, mode)
  process.off(event, noOtherEnd)
  expect(process.listeners(event as 'SIGINT')).toEqual(others)
})

it('changes the file that a link names, and leaves the link', async () => {
  using folder = changedFolder()
  symlinkSync(folder.at('film.mkv'), folder.at('link.mkv'))
  const change = changeLocalFile(folder.at('link.mkv'))
  await change('rename')
  expect(readFileSync(folder.at('film.mkv')).equals(BEFORE)).toBe(false)
  await change('restore')
  expect(readFileSync(folder.at('film.mkv')).equals(BEFORE)).toBe(true)
  expect(readdirSync(folder.path, { withFileTypes: true }).map((each) => each.isFile())).toEqual([
    true,
    false,
  ])
})

it('refuses a path that is no file, by its name', () => {
  using folder = changedFolder()
  const missing = folder.at('none.mkv')
  expect(() => changeLocalFile(missing)).toThrow(
    `--change-file: expected a file that can be read and written; received "${missing}" (ENOENT)`,
  )
  expect(() => changeLocalFile(folder.path)).toThrow(`received "${folder.path}" (not a file)`)
})

const isRoot = process.geteuid?.() === 0

it.skipIf(!isRoot || !unprivileged.available)(
  'refuses a file that one may write but does not own, and leaves its bytes',
  async () => {
    using folder = changedFolder()
    const path = folder.at('film.mkv')
    chmodSync(folder.path, 0o777)
    chmodSync(path, 0o666)
    const { mode } = statSync(path)
    await unprivileged.run(async () => {
      expect(() => changeLocalFile(path)).toThrow(
        `--change-file: expected a file whose mode and times can be set; received "${path}" (it belongs to another user)`,
      )
    })
    expectRestored(path, mode)
  },
)

it.skipIf(!isRoot || !unprivileged.available)(
  'restores the bytes of a file that another user took over after the change',
  async () => {
    using folder = changedFolder()
    const path = folder.at('film.mkv')
    chmodSync(folder.path, 0o777)
    chownSync(path, 65_534, 65_534)
    await unprivileged.run(async () => {
      const change = changeLocalFile(path)
      await change('truncate')
      process.seteuid?.(0)
      chownSync(path, 0, 0)
      chmodSync(path, 0o666)
      process.seteuid?.(65_534)
      await change('restore')
    })
    expect(readFileSync(path).equals(BEFORE)).toBe(true)
  },
)

it('keeps the bytes of a file that can not be restored, and names where', async () => {
  using folder = changedFolder()
  const path = folder.at('film.mkv')
  const change = changeLocalFile(path)
  await change('truncate')
  renameSync(path, folder.at('moved.mkv'))
  mkdirSync(path)
  const error = await change('restore').then(String, String)
  const copy = /\(EISDIR; its bytes are kept in "(.*)"\)/.exec(error)?.[1] ?? ''
  expect(readFileSync(copy).equals(BEFORE)).toBe(true)
  rmSync(dirname(copy), { recursive: true })
})

it.skipIf(!isRoot)('keeps the owner of a file that is renamed over', async () => {
  using folder = changedFolder()
  const path = folder.at('film.mkv')
  chownSync(path, 65_534, 65_533)
  const change = changeLocalFile(path)
  await change('rename')
  expect(statSync(path)).toMatchObject({ uid: 65_534, gid: 65_533 })
  await change('restore')
  expect(statSync(path)).toMatchObject({ uid: 65_534, gid: 65_533 })
})

function expectRestored(path: string, mode: number): void {
  const restored = statSync(path)
  expect(readFileSync(path).equals(BEFORE)).toBe(true)
  expect(restored.mode).toBe(mode)
  expect(restored.mtimeMs).toBeCloseTo(1_700_000_000_300, 0)
}
