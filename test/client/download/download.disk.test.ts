import { chmodSync, chownSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type DownloadOptions, download } from '../../../src/client/download/download.js'
import type { Downloaded } from '../../../src/client/download/downloaded.js'
import { LastbyteError } from '../../../src/errors.js'
import type { Slice } from '../../../src/http/byte-range.js'
import { type DiskCall, type DiskFault, disk } from '../../fixture/failing-disk.js'
import { Folder, pattern } from '../../fixture/files.js'
import { ScriptedServer, serve } from '../../fixture/scripted-server.js'
import { sha256 } from '../../fixture/sha256.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

afterEach(() => {
  disk[Symbol.dispose]()
  vi.restoreAllMocks()
})

const MIB = 1024 * 1024
const CONTENT = pattern(6 * MIB)
/** Of a download whose folder is copied often. */
const KILLED = CONTENT.subarray(0, 2 * MIB + 1)
const PART = 'f.part'
const SIDECAR = 'f.part.json'
const NEW_SIDECAR = 'f.part.json.new'

const served = (content = CONTENT) => ScriptedServer.start(serve(content, { etag: '"v1"' }))

/** Downloads to `f` in a folder, and checks it against its digest at the end. */
async function get(
  server: ScriptedServer,
  folder: Folder,
  options: Partial<DownloadOptions> = {},
): Promise<{ result?: Downloaded; error?: unknown }> {
  const checksum = sha256(CONTENT)
  const all = { to: folder.at('f'), checksum, retryFor: 0, ...options }
  return download(server.url, all).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  )
}

/** Bytes that a sidecar records. */
function recorded(folder: Pick<Folder, 'at'>): number {
  const { held } = JSON.parse(readFileSync(folder.at(SIDECAR), 'utf8')) as { held: Slice[] }
  return held.reduce((sum, { start, end }) => sum + end - start, 0)
}

/** Whether the part file in a folder is complete, and its sidecar says so. */
function isComplete(folder: string): boolean {
  try {
    const isRecorded = recorded({ at: (name) => join(folder, name) }) === KILLED.length
    return isRecorded && existsSync(join(folder, PART))
  } catch {
    return false
  }
}

/** Leaves a part file with some MiB recorded, as a run does whose disk was full. */
async function interrupted(server: ScriptedServer, folder: Folder): Promise<number> {
  disk.fail({ call: 'file.writev', path: PART, code: 'ENOSPC', after: 3 })
  expect((await get(server, folder)).error).toMatchObject({ code: 'DISK_FAILED' })
  disk[Symbol.dispose]()
  return recorded(folder)
}

function expectDiskError(error: unknown, { path, code }: Pick<DiskFault, 'path' | 'code'>): void {
  expect(error).toBeInstanceOf(LastbyteError)
  expect(error).toMatchObject({ code: 'DISK_FAILED', facts: { code }, cause: { code } })
  const { message, facts } = error as LastbyteError
  expect(message).toMatch(/^Cannot [a-z ]+ \//)
  expect(message).toContain(code)
  expect(String(facts.path).endsWith(path)).toBe(true)
  expect(message).toContain(String(facts.path))
}

describe('a download whose file system fails', () => {
  it.each<[DiskCall, string, string]>([
    ['stat', '/f', 'EACCES'],
    ['stat', '/f', 'ENOTDIR'],
    ['readFile', SIDECAR, 'EIO'],
    ['readFile', SIDECAR, 'ENAMETOOLONG'],
    ['stat', PART, 'EIO'],
    ['rm', SIDECAR, 'EACCES'],
    ['rm', NEW_SIDECAR, 'EROFS'],
    ['open', PART, 'EACCES'],
    ['open', PART, 'EMFILE'],
    ['open', PART, 'ENOENT'],
    ['open', PART, 'EROFS'],
    ['writeFile', SIDECAR, 'ENOSPC'],
    ['writeFile', SIDECAR, 'EMFILE'],
    ['file.writev', PART, 'ENOSPC'],
    ['file.writev', PART, 'EIO'],
    ['file.writev', PART, 'EDQUOT'],
    ['file.datasync', PART, 'EIO'],
    ['file.datasync', PART, 'ENOSPC'],
    ['open', NEW_SIDECAR, 'ENOENT'],
    ['open', NEW_SIDECAR, 'EMFILE'],
    ['file.writeFile', NEW_SIDECAR, 'ENOSPC'],
    ['file.datasync', NEW_SIDECAR, 'EIO'],
    ['file.close', NEW_SIDECAR, 'EDQUOT'],
    ['rename', NEW_SIDECAR, 'EXDEV'],
    ['file.read', PART, 'EIO'],
    ['file.sync', PART, 'EIO'],
    ['file.sync', PART, 'ENOSPC'],
    ['file.close', PART, 'EIO'],
    ['rename', PART, 'EXDEV'],
    ['rename', PART, 'ENOENT'],
    ['rename', PART, 'EPERM'],
    ['rename', PART, 'ENOSPC'],
  ])(
    'fails with DISK_FAILED when %s of %s fails with %s, and succeeds when it is run again',
    async (call, path, code) => {
      await using server = await served()
      using folder = new Folder()
      disk.fail({ call, path, code })
      const { error } = await get(server, folder)
      expectDiskError(error, { path, code })
      expect(disk.failures).toBeGreaterThan(0)
      expect(existsSync(folder.at('f'))).toBe(false)
      disk[Symbol.dispose]()
      const again = await get(server, folder)
      expect(again.error).toBeUndefined()
      expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
      expect(readdirSync(folder.path)).toEqual(['f'])
    },
  )

  it.each<[DiskCall, string, string]>([
    ['stat', '/f', 'EACCES'],
    ['readFile', SIDECAR, 'EIO'],
    ['readFile', SIDECAR, 'EMFILE'],
    ['readFile', SIDECAR, 'EACCES'],
    ['stat', PART, 'EIO'],
    ['open', PART, 'EMFILE'],
    ['open', PART, 'EACCES'],
    ['file.writev', PART, 'ENOSPC'],
    ['file.datasync', PART, 'EIO'],
    ['open', NEW_SIDECAR, 'ENOSPC'],
    ['file.writeFile', NEW_SIDECAR, 'ENOSPC'],
    ['file.datasync', NEW_SIDECAR, 'EIO'],
    ['rename', NEW_SIDECAR, 'EIO'],
    ['file.read', PART, 'EIO'],
    ['file.sync', PART, 'EIO'],
    ['file.close', PART, 'EIO'],
    ['rename', PART, 'EACCES'],
  ])('keeps the bytes of an earlier run when %s of %s fails with %s', async (call, path, code) => {
    await using server = await served()
    using folder = new Folder()
    const before = await interrupted(server, folder)
    expect(before).toBeGreaterThan(MIB)
    disk.fail({ call, path, code })
    expectDiskError((await get(server, folder)).error, { path, code })
    disk[Symbol.dispose]()
    expect(recorded(folder)).toBeGreaterThanOrEqual(before)
    const { result } = await get(server, folder)
    expect(result?.received).toBeLessThanOrEqual(CONTENT.length - before)
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  it.each<[DiskCall, string, string]>([
    ['rm', SIDECAR, 'EACCES'],
    ['rm', SIDECAR, 'EIO'],
    ['rm', NEW_SIDECAR, 'EROFS'],
    ['file.truncate', PART, 'EIO'],
  ])(
    'never mixes two versions when %s of %s fails with %s during the restart',
    async (call, path, code) => {
      const changed = pattern(CONTENT.length, 1)
      let script = serve(CONTENT, { etag: '"v1"' })
      await using server = await ScriptedServer.start((...exchange) => script(...exchange))
      using folder = new Folder()
      await interrupted(server, folder)
      script = serve(changed, { etag: '"v2"' })
      const options = { checksum: sha256(changed), retryFor: 5_000 }
      disk.fail({ call, path, code })
      expectDiskError((await get(server, folder, options)).error, { path, code })
      disk[Symbol.dispose]()
      expect((await get(server, folder, options)).error).toBeUndefined()
      expect(readFileSync(folder.at('f')).equals(changed)).toBe(true)
    },
  )

  it.each([PART, SIDECAR])(
    'leaves foreign files alone when setting aside %s fails',
    async (path) => {
      await using server = await served()
      using folder = new Folder({ [PART]: 'not ours', [SIDECAR]: '{}' })
      disk.fail({ call: 'rename', path, code: 'EACCES' })
      expectDiskError((await get(server, folder)).error, { path, code: 'EACCES' })
      expect(
        readdirSync(folder.path)
          .map((name) => name.replace('.set-aside', ''))
          .sort(),
      ).toEqual([PART, SIDECAR])
    },
  )

  it.each<[DiskCall, string, string]>([
    ['rm', SIDECAR, 'EACCES'],
    ['rm', NEW_SIDECAR, 'EIO'],
    ['open', 'FOLDER', 'EACCES'],
    ['open', 'FOLDER', 'EISDIR'],
    ['open', 'FOLDER', 'EPERM'],
    ['open', 'FOLDER', 'EMFILE'],
    ['file.sync', 'FOLDER', 'EINVAL'],
    ['file.sync', 'FOLDER', 'EPERM'],
    ['file.sync', 'FOLDER', 'EBADF'],
    ['file.sync', 'FOLDER', 'ENOTSUP'],
    ['file.close', 'FOLDER', 'EIO'],
  ])('succeeds when, after the rename, %s of %s fails with %s', async (call, name, code) => {
    await using server = await served()
    using folder = new Folder()
    const path = name === 'FOLDER' ? basename(folder.path) : name
    disk.onCall = (...[renamed, from]) => {
      if (renamed === 'rename' && from.endsWith(PART)) disk.fail({ call, path, code })
    }
    const { error, result } = await get(server, folder)
    expect(error).toBeUndefined()
    expect(disk.failures).toBeGreaterThan(0)
    expect(result?.size).toBe(CONTENT.length)
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })

  it('repeats only the rename when the rename has failed', async () => {
    await using server = await served()
    using folder = new Folder()
    disk.fail({ call: 'rename', path: PART, code: 'EACCES' })
    expectDiskError((await get(server, folder)).error, { path: PART, code: 'EACCES' })
    disk[Symbol.dispose]()
    expect((await get(server, folder)).result?.received).toBe(0)
  })

  it('succeeds when the disk has room for all bytes but not for another sidecar', async () => {
    const content = pattern(MIB + 1)
    await using server = await served(content)
    using folder = new Folder()
    disk.fail({ call: 'open', path: NEW_SIDECAR, code: 'ENOSPC' })
    const { error } = await get(server, folder, { checksum: sha256(content) })
    expect(error).toBeUndefined()
    expect(disk.failures).toBeGreaterThan(0)
    expect(readFileSync(folder.at('f')).equals(content)).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  it.each<[DiskCall, string, number]>([
    ['file.datasync', 'at a checkpoint', 4 * MIB],
    // Too few bytes for a checkpoint, so the first sync is the last one.
    ['file.sync', 'at the end', MIB - 1],
  ])(
    'records no bytes after one %s has failed %s, though the next one reports success',
    async (call, _when, size) => {
      const content = CONTENT.subarray(0, size)
      await using server = await served(content)
      using folder = new Folder()
      disk.fail({ call, path: PART, code: 'EIO', times: 1 })
      const options = { checksum: sha256(content) }
      expectDiskError((await get(server, folder, options)).error, { path: PART, code: 'EIO' })
      disk[Symbol.dispose]()
      const before = recorded(folder)
      expect(before).toBeLessThan(size)
      expect((await get(server, folder, options)).result?.received).toBe(size - before)
    },
  )
})

describe('a download to a folder that may be searched and written but not read', () => {
  it('succeeds, though the folder can not be opened to be synced', async () => {
    await using server = await served()
    using folder = new Folder()
    const nobody = 65_534
    const isRoot = process.geteuid?.() === 0
    if (isRoot) chownSync(folder.path, nobody, nobody)
    chmodSync(folder.path, 0o300)
    if (isRoot) process.seteuid?.(nobody)
    try {
      expect(() => readdirSync(folder.path)).toThrow(/EACCES/)
      expect((await get(server, folder)).error).toBeUndefined()
    } finally {
      if (isRoot) process.seteuid?.(0)
      chmodSync(folder.path, 0o700)
    }
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })
})

describe('a download that is killed', () => {
  /** Copies of the folder as it was before each call to the file system. */
  async function snapshots(server: ScriptedServer, copies: Folder): Promise<string[]> {
    using folder = new Folder()
    const names: string[] = []
    disk.onCall = (call, path) => {
      if (!path.startsWith(folder.path)) return
      const name = `${names.length} before ${call} of ${basename(path)}`
      cpSync(folder.path, copies.at(name), { recursive: true })
      names.push(name)
    }
    const { error } = await get(server, folder, { checksum: sha256(KILLED) })
    disk[Symbol.dispose]()
    expect(error).toBeUndefined()
    return names
  }

  it('is resumed to the same bytes from the state before each call to the file system', async () => {
    await using server = await served(KILLED)
    using copies = new Folder()
    const names = await snapshots(server, copies)
    expect(names.length).toBeGreaterThan(20)
    for (const name of names) {
      const to = copies.at(`${name}/f`)
      await download(server.url, { to, checksum: sha256(KILLED) })
      expect(readFileSync(to).equals(KILLED), name).toBe(true)
      expect(readdirSync(copies.at(name)).filter((each) => !each.includes('set-aside'))).toEqual([
        'f',
      ])
    }
  })

  it('never joins its bytes with those of another version', async () => {
    const changed = pattern(KILLED.length, 1)
    let script = serve(KILLED, { etag: '"v1"' })
    await using server = await ScriptedServer.start((...exchange) => script(...exchange))
    using copies = new Folder()
    const names = await snapshots(server, copies)
    vi.spyOn(Math, 'random').mockReturnValue(0)
    script = serve(changed, { etag: '"v2"' })
    const complete = new Set(names.filter((name) => isComplete(copies.at(name))))
    expect(names.length - complete.size).toBeGreaterThan(20)
    for (const name of names) {
      const to = copies.at(`${name}/f`)
      await download(server.url, { to })
      // A complete part file is a complete file of the version that it was downloaded from.
      const expected = complete.has(name) ? KILLED : changed
      expect(readFileSync(to).equals(expected), name).toBe(true)
    }
  })
})

describe('a download to a path that can not be a file', () => {
  it('fails with DISK_FAILED for a name that holds a NUL', async () => {
    await using server = await served()
    using folder = new Folder()
    const { error } = await get(server, folder, { to: folder.at('f\0g') })
    expect(error).toMatchObject({ code: expect.stringMatching(/^(DISK_FAILED|BAD_SETTING)$/) })
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('fails with DISK_FAILED for a name that is too long', async () => {
    await using server = await served()
    using folder = new Folder()
    const { error } = await get(server, folder, { to: folder.at('f'.repeat(256)) })
    expectDiskError(error, { path: '', code: 'ENAMETOOLONG' })
  })

  it('fails with DISK_FAILED in a folder that is absent, and in a file', async () => {
    await using server = await served()
    using folder = new Folder({ file: 'x' })
    const absent = await get(server, folder, { to: folder.at('absent/f') })
    expectDiskError(absent.error, { path: PART, code: 'ENOENT' })
    const inFile = await get(server, folder, { to: folder.at('file/f') })
    expectDiskError(inFile.error, { path: '/f', code: 'ENOTDIR' })
  })

  it('fails with DISK_FAILED for a folder, before a byte is requested', async () => {
    await using server = await served()
    using folder = new Folder({ 'f/inside': 'x' })
    const { error } = await get(server, folder)
    expect(error).toMatchObject({ code: 'DISK_FAILED', facts: { path: folder.at('f') } })
    expect(server.requests).toHaveLength(0)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  it('fails with DISK_FAILED when the folder is removed while it runs', async () => {
    await using server = await served()
    using folder = new Folder()
    disk.onCall = (call) => {
      if (call === 'file.writev' && existsSync(folder.path)) folder[Symbol.dispose]()
    }
    const { error } = await get(server, folder)
    expectDiskError(error, { path: NEW_SIDECAR, code: 'ENOENT' })
  })
})
