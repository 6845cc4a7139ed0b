import { readFile, stat } from 'node:fs/promises'
import { LastbyteError } from '../errors.js'
import { invalidSetting } from '../validation/option-error.js'
import { type Named, type ParsedLine, parseEntryLines } from './entry-lines.js'

/** ms for which a file that was looked at counts as unchanged. */
const FRESH = 500

/** Stands for the problem that something else than a file has the name. */
const NO_FILE = 'no file'

/** Reports that a file can't be used, so that its earlier content counts. */
export type ReportProblem = (
  facts: { readonly file: string; readonly line?: number },
  why: string,
) => void

/** What a file of entries is, and how it is read. */
export interface EntryFile<T> {
  readonly path: string
  /** The option that names it, for errors. */
  readonly option: string
  readonly parseLine: (line: string) => ParsedLine<T>
  readonly report: ReportProblem
  /** ms of a monotonic clock. */
  readonly now: () => number
}

/**
 * The entries of a file, which is read again when it has changed. It is looked at when its entries are needed, so that
 * nothing has to be watched. A file that is missing or malformed keeps its earlier entries. A pipe, such as one of a
 * shell's `<(…)`, is read once: another read would wait for its next writer.
 */
export class ReloadedFile<T extends Named> {
  #checkedAt: number
  #checking: Promise<void> | undefined
  /** The problem that was reported last, so that each is reported once. */
  #reported: string | undefined

  private constructor(
    private readonly file: EntryFile<T>,
    private identity: string,
    private entries: readonly T[],
  ) {
    this.#checkedAt = file.now()
  }

  /** @throws LastbyteError BAD_SETTING for a file that can't be read, or a line that is malformed */
  static async open<T extends Named>(file: EntryFile<T>): Promise<ReloadedFile<T>> {
    const { path, option } = file
    const read = await readEntries(file).catch((error: NodeJS.ErrnoException) => {
      const message = `${option}: expected a file that can be read; received ${JSON.stringify(path)} (${error.code})`
      throw new LastbyteError('BAD_SETTING', message, { setting: option }, { cause: error })
    })
    if (read.kind === 'malformed') {
      const message = `${option}: ${JSON.stringify(path)}, line ${read.line}: ${read.reason}`
      throw new LastbyteError('BAD_SETTING', message, { setting: option, line: read.line })
    }
    if (read.entries.length === 0 && (await stat(path)).isFIFO()) {
      const problem = 'expected lines; the pipe has none, or another process has read them'
      throw invalidSetting(option, problem, path)
    }
    return new ReloadedFile(file, read.identity, read.entries)
  }

  /** The entries that the file has now. */
  async current(): Promise<readonly T[]> {
    if (this.#checking === undefined && this.file.now() - this.#checkedAt >= FRESH) {
      this.#checking = this.#check().finally(() => {
        this.#checking = undefined
      })
    }
    await this.#checking
    return this.entries
  }

  async #check(): Promise<void> {
    const { file } = this
    try {
      const { identity, isFile } = await identify(file.path)
      const isNew = identity !== this.identity && identity !== this.#reported
      if (isNew && isFile) await this.#reload()
      else if (isNew) this.#reportOnce(NO_FILE, {}, 'expected a regular file')
      // The problem is reported again where the same file comes back after it.
      if (identity === this.identity) this.#reported = undefined
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException
      this.#reportOnce(code, {}, `the file can't be read (${code})`)
    } finally {
      this.#checkedAt = file.now()
    }
  }

  async #reload(): Promise<void> {
    const read = await readEntries(this.file)
    if (read.kind === 'malformed') {
      const { identity, line, reason } = read
      this.#reportOnce(identity, { line }, `line ${line}: ${reason}`)
      return
    }
    this.identity = read.identity
    this.entries = read.entries
  }

  #reportOnce(problem: string, facts: { readonly line?: number }, why: string): void {
    if (this.#reported === problem) return
    this.#reported = problem
    this.file.report({ file: this.file.path, ...facts }, why)
  }
}

/** The identity is that from before the content was read: one that changes meanwhile is read again. */
async function readEntries<T extends Named>({ path, parseLine }: EntryFile<T>) {
  const { identity } = await identify(path)
  return { identity, ...parseEntryLines(await readFile(path, 'utf8'), parseLine) }
}

/** A pipe stays the same one while bytes go through it. */
async function identify(path: string) {
  const found = await stat(path, { bigint: true })
  const isFile = found.isFile()
  const { dev, ino, size, mtimeNs, ctimeNs } = found
  const own = isFile ? [dev, ino, size, mtimeNs, ctimeNs] : [dev, ino]
  return { identity: own.join('-'), isFile }
}
