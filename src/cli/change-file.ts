import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Change, ChangeFile } from '../check/subject/change.js'
import { usageError } from './usage-error.js'

const BLOCK = 1024 * 1024
const APPENDED = 64 * 1024
/** Those that end the process, if nothing listens for them, without its `exit` event. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A copy of the file as it was before the first change. */
interface Original {
  readonly folder: string
  readonly copy: string
  readonly stats: Stats
}

/**
 * Changes a file of this machine, which the checked server serves. `restore` brings back its bytes, its mtime and its
 * mode. So does the end of the process or a signal, if it comes before: all steps are synchronous, as the listeners of
 * `exit` must be.
 *
 * @throws LastbyteError BAD_SETTING where the file can't be read and written; by the returned function, where a
 *   change fails
 */
export function changeLocalFile(given: string): ChangeFile {
  const path = attempt(given, 'expected a file that can be read and written', () => {
    if (!statSync(given).isFile()) throw new Error('not a file')
    closeSync(openSync(given, 'r+'))
    return realpathSync(given)
  })
  let original: Original | undefined
  const restore = () => {
    if (original === undefined) return
    restoreFile(path, original)
    original = undefined
    process.off('exit', restore)
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
  const interrupt = (signal: NodeJS.Signals) => {
    restore()
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  return async (change) => {
    attempt(given, `expected a file that allows the change "${change}"`, () => {
      if (change === 'restore') return restore()
      if (original === undefined) {
        original = keep(path)
        process.on('exit', restore)
        for (const signal of SIGNALS) process.on(signal, interrupt)
      }
      CHANGERS[change](path, original)
    })
  }
}

const CHANGERS: Readonly<
  Record<Exclude<Change, 'restore'>, (path: string, original: Original) => void>
> = {
  rewrite: (path, { stats }) => {
    invert(path)
    utimesSync(path, stats.atimeMs / 1000, otherTimeOfSecond(stats.mtimeMs))
  },
  rename: (path, { stats }) => {
    const other = `${path}.${process.pid}.lastbyte`
    try {
      copyFileSync(path, other)
      invert(other)
      chmodSync(other, stats.mode)
      renameSync(other, path)
    } finally {
      rmSync(other, { force: true })
    }
  },
  truncate: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  append: (path) => appendFileSync(path, Buffer.alloc(APPENDED, 'appended ')),
}

function keep(path: string): Original {
  const stats = statSync(path)
  const folder = mkdtempSync(join(tmpdir(), 'lastbyte-check-'))
  const copy = join(folder, 'original')
  copyFileSync(path, copy, constants.COPYFILE_FICLONE)
  return { folder, copy, stats }
}

function restoreFile(path: string, { folder, copy, stats }: Original): void {
  copyFileSync(copy, path)
  chmodSync(path, stats.mode)
  utimesSync(path, stats.atimeMs / 1000, stats.mtimeMs / 1000)
  rmSync(folder, { recursive: true })
}

/** Replaces each byte in place by another one. */
function invert(path: string): void {
  const file = openSync(path, 'r+')
  try {
    const block = Buffer.alloc(BLOCK)
    for (let at = 0; ; ) {
      const length = readSync(file, block, 0, BLOCK, at)
      if (length === 0) return
      for (let index = 0; index < length; index += 1) block[index] = ~(block[index] ?? 0) & 0xff
      writeSync(file, block, 0, length, at)
      at += length
    }
  } finally {
    closeSync(file)
  }
}

/** Another time of the same second, in seconds: a validator made of size and second can't tell the versions apart. */
function otherTimeOfSecond(ms: number): number {
  const second = Math.floor(ms / 1000)
  return ms % 1000 < 500 ? second + 0.75 : second + 0.25
}

function attempt<T>(path: string, expected: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw usageError('--change-file', `${expected}; received "${path}" (${code ?? message})`)
  }
}
