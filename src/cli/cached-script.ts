import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { Script } from 'node:vm'

/** Compiled scripts that are kept, for several versions of lastbyte and Node. */
const MOST_KEPT = 4
/** A file that is being written, and no other that somebody may have put into the folder. */
const INCOMPLETE = /\.v8\.[\da-f-]+$/
/** ms after which an incomplete file is one of a process that was killed. */
const LEFT_AFTER = 60 * 60 * 1_000
/** Bytes of a larger file, which is none of ours. */
const LARGEST = 8 * 1024 * 1024
/** Bytes of the SHA-256 digest that a file begins with. */
const DIGEST = 32

const BEFORE = '(function (exports, require, module, __filename, __dirname) {'

/** A script that was loaded, and how its compiled code is kept for the next process. */
export interface CachedScript {
  readonly exports: unknown
  /** Keeps what has been compiled until now, unless it is kept already or can't be. */
  keep(): void
}

/**
 * Loads a script in the CommonJS format with the code that V8 compiled in an earlier process, from a file in the user's
 * folder for caches. Without such a file, or one of this version of Node, it is compiled as by `require`. The script
 * may not have `import()`: Node warns that it is experimental there.
 *
 * @param digest of the text: V8 compares its length only
 */
export function loadCached(path: string, digest: string): CachedScript {
  const file = cacheFile(digest)
  const cachedData = file === undefined ? undefined : readCompiled(file)
  const script = new Script(`${BEFORE}${readFileSync(path, 'utf8')}\n})`, {
    filename: path,
    columnOffset: -BEFORE.length,
    ...(cachedData !== undefined && { cachedData }),
  })
  const module = { exports: {} }
  const run = script.runInThisContext() as (...values: unknown[]) => void
  run(module.exports, createRequire(path), module, path, dirname(path))
  const isKept = cachedData !== undefined && script.cachedDataRejected === false
  return {
    exports: module.exports,
    keep() {
      if (file !== undefined && !isKept) writeCompiled(file, () => script.createCachedData())
    },
  }
}

/** undefined where nothing is to be kept: other options of V8 need other code. */
function cacheFile(digest: string): string | undefined {
  const { HOME = '', XDG_CACHE_HOME = '', NODE_OPTIONS, NODE_DISABLE_COMPILE_CACHE } = process.env
  if (NODE_DISABLE_COMPILE_CACHE || NODE_OPTIONS || process.execArgv.length > 0) return undefined
  // On Windows, the owner of a file can't be compared.
  if (process.geteuid === undefined) return undefined
  const folder = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(HOME, '.cache')
  if (!isAbsolute(folder)) return undefined
  return join(folder, 'lastbyte', `${digest.slice(0, 16)}-${process.version}-${process.arch}.v8`)
}

/**
 * The code in a file that only this user can have written, and that is complete: V8 doesn't verify it, and would
 * execute anything.
 */
function readCompiled(file: string): Buffer | undefined {
  try {
    // Without waiting: what is there may be a FIFO.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
    const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const found = fstatSync(descriptor)
      const isOwn = found.uid === process.geteuid?.() && (found.mode & 0o022) === 0
      if (!isOwn || !found.isFile() || found.size > LARGEST) return undefined
      const bytes = readFileSync(descriptor)
      const code = bytes.subarray(DIGEST)
      return digestOf(code).equals(bytes.subarray(0, DIGEST)) ? code : undefined
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}

/** A failure is no error: the next process compiles the script again. */
function writeCompiled(file: string, compiled: () => Buffer): void {
  const folder = dirname(file)
  const temporary = `${file}.${randomUUID()}`
  try {
    if (!isOwnPlace(dirname(folder))) return
    // By `recursive`, Node never returns where the system refuses a folder with ENOENT, as in /proc.
    for (const each of [dirname(folder), folder]) {
      if (!existsSync(each)) mkdirSync(each, { mode: 0o700 })
    }
    // Before the code is made: in a folder that can't be written, each process would make it in vain.
    writeFileSync(temporary, '', { flag: 'wx', mode: 0o600 })
  } catch {
    return
  }
  try {
    const code = compiled()
    writeFileSync(temporary, Buffer.concat([digestOf(code), code]))
    renameSync(temporary, file)
    removeOldest(folder)
  } catch {
    // Such as a full disk.
    rmSync(temporary, { force: true })
  }
}

/** Whether a folder, or else the one that it is created in, belongs to this user: `sudo` may keep the HOME of another. */
function isOwnPlace(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false }) ?? statSync(dirname(folder))
  return found.uid === process.geteuid?.()
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, written: statSync(path).mtimeMs }))
    .sort((a, b) => b.written - a.written)
  const kept = files.filter(({ path }) => path.endsWith('.v8'))
  const left = files.filter(
    ({ path, written }) => INCOMPLETE.test(path) && Date.now() - written > LEFT_AFTER,
  )
  for (const { path } of [...kept.slice(MOST_KEPT), ...left]) rmSync(path, { force: true })
}

function digestOf(code: Uint8Array): Buffer {
  return createHash('sha256').update(code).digest()
}
