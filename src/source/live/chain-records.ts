import { randomBytes } from 'node:crypto'
import {
  type FinishedRecord,
  formatFinished,
  formatHead,
  formatPrefix,
  type ProvenPrefix,
  parseFinished,
  parseHead,
  parsePrefix,
} from './chain-record.js'
import type { RecordCell, RecordNames, RecordStore } from './record-store.js'

/**
 * The records of one chain: its tag, what each process has sent, and the version of the finished file. Their names
 * have the id of the file and the number of the chain, since a file that was rewritten has another chain.
 */
export class ChainRecords {
  #cell: RecordCell | undefined
  readonly #cellName: string

  private constructor(
    private readonly store: RecordStore,
    private readonly id: string,
    private readonly key: string,
    private readonly number: number,
    readonly tag: string,
  ) {
    this.#cellName = `${id}.${number}.${randomBytes(9).toString('base64url').replace(/-/g, '_')}.sent`
  }

  /** The newest chain of a file; with `create`, a first one where there is none. */
  static async open(
    store: RecordStore,
    file: { readonly id: string; readonly key: string },
    create: 'create' | 'existing',
  ): Promise<ChainRecords | undefined> {
    for (;;) {
      const number = newestOf(await store.names(), file.id)
      if (number === undefined && create === 'existing') return undefined
      const records = await ChainRecords.#at(store, file, number ?? 0)
      if (records !== undefined) return records
    }
  }

  /** The chain with a number, which is created if it doesn't exist. */
  static async #at(
    store: RecordStore,
    { id, key }: { readonly id: string; readonly key: string },
    number: number,
  ): Promise<ChainRecords | undefined> {
    const name = headName(id, number)
    const text = await store.read(name)
    const known = text === undefined ? undefined : parseHead(text)
    if (known !== undefined) return new ChainRecords(store, id, key, number, known)
    if (text !== undefined) {
      // Damaged, so nothing proves what was sent.
      await store.create(headName(id, number + 1), formatHead(newTag(), key))
      return undefined
    }
    const tag = newTag()
    const created = await store.create(name, formatHead(tag, key))
    return created ? new ChainRecords(store, id, key, number, tag) : undefined
  }

  /** Whether a file has records. */
  static async has(store: RecordStore, id: string): Promise<boolean> {
    return newestOf(await store.names(), id) !== undefined
  }

  /** Whether no newer chain of the file exists. */
  async isNewest(): Promise<boolean> {
    return newestOf(await this.store.names(), this.id) === this.number
  }

  /** Whether the file is neither finished nor another one. */
  async isOpen(): Promise<boolean> {
    return (await this.isNewest()) && (await this.finished()) === undefined
  }

  /** What processes have sent. */
  async claims(): Promise<ProvenPrefix[]> {
    const texts = await Promise.all((await this.#cells()).map((name) => this.store.read(name)))
    return texts.flatMap((text) => (text && parsePrefix(text, this.tag)) || [])
  }

  /** Records what this process is about to send. */
  async claim(prefix: ProvenPrefix): Promise<void> {
    this.#cell ??= this.store.openCell(this.#cellName)
    await this.#cell.write(formatPrefix(this.tag, prefix))
  }

  /** The version of the finished file. */
  async finished(): Promise<FinishedRecord | undefined> {
    const name = finishedName(this.id, this.number)
    if (!(await this.store.names()).of(this.id).includes(name)) return undefined
    const text = await this.store.read(name)
    return text === undefined ? undefined : parseFinished(text, this.tag)
  }

  /** Records the finished file. false: another process has recorded another one, or a newer chain exists. */
  async finish(record: FinishedRecord): Promise<boolean> {
    if (!(await this.isNewest())) return false
    const name = finishedName(this.id, this.number)
    if (!(await this.store.create(name, formatFinished(record)))) {
      const other = await this.finished()
      if (other?.digest !== record.digest || other.entityTag !== record.entityTag) return false
    }
    await this.#removeCells()
    return true
  }

  /** Begins the next chain, with another tag. */
  async abandon(): Promise<void> {
    await this.store.create(headName(this.id, this.number + 1), formatHead(newTag(), this.key))
    await this.#removeCells()
    await this.store.remove(finishedName(this.id, this.number))
    await this.store.remove(headName(this.id, this.number))
  }

  /** Removes all records, of a file that has another version now. */
  async remove(): Promise<void> {
    await this.#removeCells()
    await this.store.remove(finishedName(this.id, this.number))
    await this.store.remove(headName(this.id, this.number))
  }

  async #cells(): Promise<string[]> {
    const prefix = `${this.id}.${this.number}.`
    const names = (await this.store.names()).of(this.id)
    return names.filter((name) => name.startsWith(prefix) && name.endsWith('.sent'))
  }

  async #removeCells(): Promise<void> {
    for (const name of await this.#cells()) await this.store.remove(name)
  }
}

function headName(id: string, number: number): string {
  return `${id}.${number}.head`
}

function finishedName(id: string, number: number): string {
  return `${id}.${number}.finished`
}

/** The number of the newest chain of a file. */
function newestOf(names: RecordNames, id: string): number | undefined {
  let newest: number | undefined
  for (const name of names.of(id)) {
    const [, number] = /\.(\d+)\.head$/.exec(name) ?? []
    if (number !== undefined) newest = Math.max(newest ?? 0, Number(number))
  }
  return newest
}

function newTag(): string {
  return `"${randomBytes(17).toString('base64url').slice(0, 22)}"`
}
