import { randomBytes } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { link, open, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '../../native/create-folder.js'
import { CLOCK_GRAIN } from '../file/settled-stat.js'

/**
 * Small texts by name, which the processes that serve the same folder share. What is before the first dot of a name is
 * the id of a file.
 */
export interface RecordStore {
  /** The names of all records. */
  names(): Promise<RecordNames>
  /** undefined if there is none, or it can't be read. */
  read(name: string): Promise<string | undefined>
  /** Creates a record, at once and completely. false: one of that name exists. */
  create(name: string, text: string): Promise<boolean>
  /** Opens a record that its process rewrites in place. All texts of one record have the same length. */
  openCell(name: string): RecordCell
  remove(name: string): Promise<void>
  /** When a record was last written, ms since the epoch; undefined if there is none. */
  modifiedAt(name: string): Promise<number | undefined>
}

/** The names of records, by the id of their file. */
export class RecordNames {
  readonly #byId = new Map<string, string[]>()

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const id = name.slice(0, Math.max(0, name.indexOf('.')))
      const others = this.#byId.get(id)
      if (others === undefined) this.#byId.set(id, [name])
      else others.push(name)
    }
  }

  get ids(): readonly string[] {
    return [...this.#byId.keys()]
  }

  of(id: string): readonly string[] {
    return this.#byId.get(id) ?? []
  }
}

export interface RecordCell {
  write(text: string): Promise<void>
}

/** Records of this process alone, for a folder that can't be written. */
export class MemoryRecords implements RecordStore {
  readonly #texts = new Map<string, string>()

  async names(): Promise<RecordNames> {
    return new RecordNames(this.#texts.keys())
  }

  async read(name: string): Promise<string | undefined> {
    return this.#texts.get(name)
  }

  async create(name: string, text: string): Promise<boolean> {
    if (this.#texts.has(name)) return false
    this.#texts.set(name, text)
    return true
  }

  openCell(name: string): RecordCell {
    return { write: async (text) => void this.#texts.set(name, text) }
  }

  async remove(name: string): Promise<void> {
    this.#texts.delete(name)
  }

  async modifiedAt(name: string): Promise<number | undefined> {
    return this.#texts.has(name) ? Date.now() : undefined
  }
}

/** Records as files of one folder, which survive the process. */
export class FolderRecords implements RecordStore {
  #names = new RecordNames([])
  /** The mtime of the folder when its names were read; undefined: read them again. */
  #readAt: bigint | undefined

  private constructor(private readonly folder: string) {}

  /** Creates the folder, for its owner alone. undefined if no record can be written there. */
  static async open(folder: string): Promise<FolderRecords | undefined> {
    try {
      await createFolder(folder)
      const probe = join(folder, `probe-${randomBytes(8).toString('hex')}`)
      await writeFile(probe, '', { flag: 'wx', mode: 0o600 })
      await unlink(probe)
      return new FolderRecords(folder)
    } catch {
      return undefined
    }
  }

  async names(): Promise<RecordNames> {
    const { mtimeNs, mtimeMs } = await stat(this.folder, { bigint: true }).catch(() =>
      this.#createAgain(),
    )
    if (mtimeNs === this.#readAt) return this.#names
    // A name that is added in the same tick of the clock leaves the same mtime.
    const isSettled = Date.now() - Number(mtimeMs) > CLOCK_GRAIN
    this.#names = new RecordNames(await readdir(this.folder))
    this.#readAt = isSettled ? mtimeNs : undefined
    return this.#names
  }

  /** Somebody has removed the folder: its chains are over. */
  async #createAgain(): Promise<BigIntStats> {
    await createFolder(this.folder)
    return stat(this.folder, { bigint: true })
  }

  read(name: string): Promise<string | undefined> {
    return readFile(join(this.folder, name), 'utf8').catch(() => undefined)
  }

  async create(name: string, text: string): Promise<boolean> {
    const path = join(this.folder, name)
    const draft = `${path}.${randomBytes(8).toString('hex')}`
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    try {
      await link(draft, path)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      // A file system without hard links.
      return await writeFile(path, text, { flag: 'wx', mode: 0o600 }).then(
        () => true,
        () => false,
      )
    } finally {
      this.#readAt = undefined
      await unlink(draft).catch(() => {})
    }
  }

  openCell(name: string): RecordCell {
    return new FileCell(join(this.folder, name))
  }

  async remove(name: string): Promise<void> {
    await unlink(join(this.folder, name)).catch(() => {})
  }

  async modifiedAt(name: string): Promise<number | undefined> {
    return (await stat(join(this.folder, name)).catch(() => undefined))?.mtimeMs
  }
}

/**
 * A file whose text is replaced by one write within one page: a process that is killed leaves the old text or the new
 * one. What a loss of power leaves is told by the checksum of the text.
 */
class FileCell implements RecordCell {
  constructor(private readonly path: string) {}

  async write(text: string): Promise<void> {
    const file = await open(this.path, constants.O_WRONLY | constants.O_CREAT, 0o600)
    try {
      await file.write(text, 0)
    } finally {
      await file.close()
    }
  }
}
