import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadCached } from '../../src/cli/cached-script.js'
import { Folder } from '../fixture/files.js'

const TEXT = `const path = require('node:path')
exports.name = path.basename(__filename)
exports.twice = (value) => value * 2
exports.fail = () => { throw new Error('here') }
`
const DIGEST = 'a'.repeat(64)

describe('loadCached', () => {
  const { execArgv } = process
  let folder: Folder
  beforeEach(() => {
    process.execArgv = []
    folder = new Folder({ 'script.cjs': TEXT })
    vi.stubEnv('XDG_CACHE_HOME', folder.at('cache'))
    vi.stubEnv('NODE_OPTIONS', '')
    vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', undefined)
  })
  afterEach(() => {
    process.execArgv = execArgv
    vi.unstubAllEnvs()
    folder[Symbol.dispose]()
  })

  /** Loads the script, and keeps its code. */
  function load(digest = DIGEST) {
    const { exports, keep } = loadCached(folder.at('script.cjs'), digest)
    const loaded = exports as { name: string; twice(value: number): number; fail(): never }
    expect(loaded.name).toBe('script.cjs')
    expect(loaded.twice(21)).toBe(42)
    keep()
    return loaded
  }

  const kept = () => {
    try {
      return readdirSync(folder.at('cache/lastbyte'))
    } catch {
      return []
    }
  }

  /** The path of the file with the code, and a number that another file does not have. */
  function file() {
    const [name = ''] = kept()
    const path = join(folder.at('cache/lastbyte'), name)
    return { path, inode: statSync(path, { bigint: true }).ino }
  }

  it('keeps the compiled code for the next process', () => {
    load()
    expect(kept()).toHaveLength(1)
    const { path, inode } = file()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    load()
    expect(file().inode).toBe(inode)
  })

  it('has the lines and columns of the script in a stack trace, with and without kept code', () => {
    for (const _ of [1, 2]) {
      const { fail } = load()
      expect(() => fail()).toThrow('here')
      try {
        fail()
      } catch (error) {
        expect((error as Error).stack).toContain(`${folder.at('script.cjs')}:4:30`)
      }
    }
  })

  it.each<[string, (path: string) => void]>([
    [
      'is damaged',
      (path) => {
        const bytes = readFileSync(path)
        const at = bytes.length - 5
        bytes[at] = (bytes[at] ?? 0) ^ 1
        writeFileSync(path, bytes)
      },
    ],
    ['is cut', (path) => writeFileSync(path, readFileSync(path).subarray(0, 100))],
    ['is empty', (path) => writeFileSync(path, '')],
    ['others may write', (path) => chmodSync(path, 0o622)],
    [
      'is a symbolic link',
      (path) => {
        renameSync(path, folder.at('other'))
        symlinkSync(folder.at('other'), path)
      },
    ],
    [
      'is a FIFO',
      (path) => {
        rmSync(path)
        execFileSync('mkfifo', [path])
      },
    ],
    // Only root can give a file away.
    [
      'belongs to another user',
      (path) => (process.geteuid?.() === 0 ? chownSync(path, 1234, 1234) : chmodSync(path, 0o622)),
    ],
  ])('does not use a file that %s, and replaces it', (_what, change) => {
    load()
    change(file().path)
    // Of the changed file, which exists until it is replaced: a number is used again after its file is removed.
    const { inode } = file()
    load()
    expect(kept()).toHaveLength(1)
    expect(file().inode).not.toBe(inode)
    const replaced = file().inode
    load()
    expect(file().inode).toBe(replaced)
  })

  it('removes what a process has left that was killed, and is not kept from writing by it', () => {
    load()
    const { path } = file()
    for (const [name, hours] of [
      ['1', 2],
      [String(process.pid), 2],
      ['2', 0],
      ['notes.txt', 2],
    ] as const) {
      const at = new Date(Date.now() - hours * 3_600_000)
      writeFileSync(`${path}.${name}`, '')
      utimesSync(`${path}.${name}`, at, at)
    }
    load('b'.repeat(64))
    const names = kept()
    expect(names.filter((name) => name.endsWith('.v8'))).toHaveLength(2)
    expect(names.filter((name) => !name.endsWith('.v8'))).toEqual([
      `${basename(path)}.2`,
      `${basename(path)}.notes.txt`,
    ])
  })

  it.skipIf(process.geteuid?.() !== 0).each(['home', 'home/.cache'])(
    'keeps nothing in the %s of another user',
    (other) => {
      vi.stubEnv('XDG_CACHE_HOME', undefined)
      vi.stubEnv('HOME', folder.at('home'))
      mkdirSync(folder.at(other), { recursive: true })
      chownSync(folder.at(other), 1234, 1234)
      load()
      expect(existsSync(folder.at('home/.cache/lastbyte'))).toBe(false)
    },
  )

  it('keeps one file for each text, and not more than four', () => {
    for (let index = 0; index < 6; index += 1) {
      load(String(index).repeat(64))
      for (const name of kept()) {
        const at = new Date(2020, 1, Number(name[0]) + 1)
        utimesSync(join(folder.at('cache/lastbyte'), name), at, at)
      }
    }
    expect(kept().map((name) => name[0])).toEqual(['2', '3', '4', '5'])
  })

  it.each<[string, () => void]>([
    ['NODE_DISABLE_COMPILE_CACHE is set', () => vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', '1')],
    ['NODE_OPTIONS is set', () => vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=100')],
    [
      'Node has options',
      () => {
        process.execArgv = ['--cpu-prof']
      },
    ],
    [
      'the user has no folder',
      () => {
        vi.stubEnv('XDG_CACHE_HOME', 'relative')
        vi.stubEnv('HOME', undefined)
      },
    ],
    ['the folder can not be created', () => vi.stubEnv('XDG_CACHE_HOME', folder.at('script.cjs'))],
    ['the system has no such folder', () => vi.stubEnv('XDG_CACHE_HOME', '/proc/cache')],
  ])('keeps nothing where %s', (_what, prepare) => {
    prepare()
    load()
    expect(kept()).toEqual([])
  })

  it('takes the folder of the home directory by default', () => {
    vi.stubEnv('XDG_CACHE_HOME', undefined)
    vi.stubEnv('HOME', folder.path)
    mkdirSync(folder.at('.cache'))
    load()
    expect(readdirSync(folder.at('.cache/lastbyte'))).toHaveLength(1)
  })
})
