import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LastbyteError } from '../../errors.js'
import type { Slice } from '../../http/byte-range.js'
import type { Version } from '../pinned-version.js'
import { beginSidecar, readSidecar, removeSidecar, type Sidecar, writeSidecar } from './sidecar.js'
import { addSlice, bytesIn } from './slice-set.js'

/** Chunks that a system takes in one write (IOV_MAX). */
const MOST_AT_ONCE = 1024

/** A download's bytes before they are whole: FILE.part, and FILE.part.json that says which they are. */
export class PartFile {
  #held: Slice[] = []
  /** Bytes that were written since the last note. */
  #unnoted = 0
  #noting: Promise<void> = Promise.resolve()
  /** Whether there is anything to remove before another beginning. */
  #isUsed: boolean

  private constructor(
    private readonly target: string,
    private readonly url: string,
    private readonly file: FileHandle,
    private sidecar: Sidecar | undefined,
  ) {
    this.#held = [...(sidecar?.held ?? [])]
    this.#isUsed = sidecar !== undefined
  }

  /** Opens what is held of a target, or begins with nothing; what can't be trusted is set aside. */
  static async open(target: string, url: string): Promise<PartFile> {
    const part = `${target}.part`
    await disk('write', target, requireFile(target))
    const sidecar = await readSidecar(`${part}.json`, url)
    const last = sidecar?.held.at(-1)?.end ?? 0
    if (sidecar !== undefined && (await sizeOf(part)) >= last) {
      return new PartFile(target, url, await disk('open', part, open(part, 'r+')), sidecar)
    }
    for (const path of [part, `${part}.json`]) await disk('set aside', path, setAside(path))
    return new PartFile(target, url, await disk('open', part, open(part, 'wx+')), undefined)
  }

  /** What is held already, and of which version; undefined where nothing is. */
  get begun(): Version | undefined {
    return this.sidecar
  }

  get held(): readonly Slice[] {
    return this.#held
  }

  /** Bytes that are held. */
  get bytes(): number {
    return bytesIn(this.#held)
  }

  /** Begins with nothing of this version: not one byte of another is kept. */
  async begin(version: Version): Promise<void> {
    await this.#noting
    this.#held = []
    this.#unnoted = 0
    this.sidecar = undefined
    if (this.#isUsed) {
      await removeSidecar(`${this.#part}.json`)
      await disk('empty', this.#part, this.file.truncate(0))
    }
    this.#isUsed = true
    const { validator, size, ranges, digest } = version
    if (size === undefined) return
    this.sidecar = { url: this.url, validator, size, ranges, digest, held: [] }
    const path = `${this.#part}.json`
    await disk('write', path, beginSidecar(path, this.sidecar))
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    let left = [...chunks]
    let at = position
    while (left.length > 0) {
      const writing = this.file.writev(left.slice(0, MOST_AT_ONCE), at)
      const { bytesWritten } = await disk('write', this.#part, writing)
      at += bytesWritten
      left = without(left, bytesWritten)
    }
    this.#held = addSlice(this.#held, { start: position, end: at })
    this.#unnoted += at - position
  }

  /** Notes what is held, if more than `bytes` were written since: data first, then what says so. */
  async note(bytes = 0): Promise<void> {
    if (this.#unnoted <= bytes) return this.#noting
    this.#unnoted = 0
    this.#noting = this.#noting.then(() => this.#note())
    return this.#noting
  }

  async read(bytes: Uint8Array, position: number): Promise<number> {
    return (await this.file.read(bytes, 0, bytes.length, position)).bytesRead
  }

  /** The bytes are whole: they get their name, and stay under it whatever happens. */
  async finish(): Promise<void> {
    await this.#noting
    await disk('sync', this.#part, this.file.sync())
    await this.file.close()
    await disk('rename', this.target, rename(this.#part, this.target))
    await removeSidecar(`${this.#part}.json`)
    const folder = await open(dirname(this.target), 'r')
    await folder.sync().catch(() => {})
    await folder.close()
  }

  /** Leaves what is held for another time; nothing, where that is nothing or can't be gone on with. */
  async leave(): Promise<void> {
    if (this.#held.length === 0 || this.sidecar === undefined) return this.discard()
    try {
      await this.note()
    } finally {
      await this.file.close()
    }
  }

  /** Nothing that is held is worth keeping. */
  async discard(): Promise<void> {
    await this.#noting.catch(() => {})
    await this.file.close()
    await rm(this.#part, { force: true })
    await removeSidecar(`${this.#part}.json`)
  }

  async #note(): Promise<void> {
    if (this.sidecar === undefined) return
    const held = [...this.#held]
    await disk('sync', this.#part, this.file.datasync())
    await disk(
      'write',
      `${this.#part}.json`,
      writeSidecar(`${this.#part}.json`, { ...this.sidecar, held }),
    )
  }

  get #part(): string {
    return `${this.target}.part`
  }
}

/** The chunks without their first bytes: a write may take in less than it was given. */
function without(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes
  return chunks.flatMap((chunk) => {
    const gone = Math.min(left, chunk.length)
    left -= gone
    return gone === chunk.length ? [] : [chunk.subarray(gone)]
  })
}

async function disk<T>(action: string, path: string, doing: Promise<T>): Promise<T> {
  try {
    return await doing
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const text = `Cannot ${action} ${path}: ${message}`
    throw new LastbyteError('DISK_FAILED', text, { path, code }, { cause })
  }
}

/** Bytes of a file; fewer than none where there is no file. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => -1,
  )
}

/** Finds out before the download, not after it, that a folder stands where the file is to stand. */
async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) throw new Error('it is a folder')
}

async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.set-aside`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
