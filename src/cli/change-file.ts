import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  ftruncateSync,
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
  // One may write a file and not own it: its mode and its mtime could then not be restored.
  attempt(given, 'expected a file whose mode and times can be set', () => {
    const user = process.geteuid?.() ?? 0
    // To set them would change the ctime, by which a server tells versions apart.
    if (user !== 0 && user !== statSync(path).uid) throw new Error('it belongs to another user')
  })
  let original: Original | undefined
  const restore = () => {
    if (original === undefined) return
    const { copy } = original
    try {
      restoreFile(path, original)
    } catch (error) {
      throw new Error(`${reasonOf(error)}; its bytes are kept in "${copy}"`)
    } finally {
      original = undefined
      process.off('exit', restoreAtEnd)
      for (const signal of SIGNALS) process.off(signal, interrupt)
    }
  }
  const make = (change: Change) =>
    attempt(given, `expected a file that allows the change "${change}"`, () => {
      if (change === 'restore') return restore()
      if (original === undefined) {
        original = keep(path)
        process.on('exit', restoreAtEnd)
        for (const signal of SIGNALS) process.on(signal, interrupt)
      }
      CHANGERS[change](path, original)
    })
  const restoreAtEnd = () => {
    try {
      make('restore')
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`)
    }
  }
  const interrupt = (signal: NodeJS.Signals) => {
    restoreAtEnd()
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  return async (change) => make(change)
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
      chownSync(other, stats.uid, stats.gid)
      chmodSync(other, stats.mode)
      renameSync(other, path)
    } finally {
      rmSync(other, { force: true })
    }
  },
  truncate: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  append: (path) => appendFileSync(path, Buffer.alloc(APPENDED, 'appended ')),
}

/** Copies the file, and proves that its times can be set, before anything is changed. */
function keep(path: string): Original {
  const stats = statSync(path)
  const folder = mkdtempSync(join(tmpdir(), 'lastbyte-check-'))
  const copy = join(folder, 'original')
  try {
    copyFileSync(path, copy, constants.COPYFILE_FICLONE)
    restoreTimes(path, stats)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return { folder, copy, stats }
}

/** Brings back the bytes; then the mode and the mtime, as far as that is possible. */
function restoreFile(path: string, { folder, copy, stats }: Original): void {
  writeOver(copy, path)
  for (const restore of [() => chmodSync(path, stats.mode), () => restoreTimes(path, stats)]) {
    try {
      restore()
    } catch {
      // The bytes are back; another user's file keeps its mode and its new mtime.
    }
  }
  rmSync(folder, { recursive: true, force: true })
}

function restoreTimes(path: string, { atimeMs, mtimeMs }: Stats): void {
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
}

/** Writes the bytes of a file over those of another, which is never empty meanwhile. */
function writeOver(from: string, to: string): void {
  const source = openSync(from, 'r')
  try {
    const target = openSync(to, 'r+')
    try {
      const block = Buffer.alloc(BLOCK)
      let at = 0
      for (;;) {
        const length = readSync(source, block, 0, BLOCK, at)
        if (length === 0) break
        writeAll(target, block.subarray(0, length), at)
        at += length
      }
      ftruncateSync(target, at)
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

/** A write may be a short one, such as on a disk that is almost full. */
function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, at + done)
  }
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
      writeAll(file, block.subarray(0, length), at)
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
    throw usageError('--change-file', `${expected}; received "${path}" (${reasonOf(error)})`)
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
