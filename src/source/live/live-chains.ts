import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { StatJudge } from '../file/settled-stat.js'
import type { FinishedRecord } from './chain-record.js'
import { ChainRecords } from './chain-records.js'
import { LiveChain } from './live-chain.js'
import { FolderRecords, MemoryRecords, type RecordStore } from './record-store.js'
import { sweepRecords } from './sweep-records.js'

/** Chains whose digests are kept in memory. */
const MOST_CHAINS = 256

/** The state of a file that grows, or has grown. */
export type ChainState =
  | { readonly kind: 'growing'; readonly chain: LiveChain }
  | {
      readonly kind: 'finished'
      readonly record: FinishedRecord
      readonly forget: () => Promise<void>
    }

/** What a file must be for its chain. */
export interface ChainFile {
  readonly id: string
  readonly key: string
}

/** The chains of the files of one root. */
export class LiveChains {
  readonly #chains = new LRUCache<string, LiveChain>({ max: MOST_CHAINS })
  readonly #opening = new Map<string, Promise<ChainState | undefined>>()
  #store: Promise<RecordStore> | undefined

  /**
   * @param folder of the records
   * @param idAt the id of the file at a key; undefined where there is none
   * @param onMemory called if the folder can't be written: the chains end with the process then
   */
  constructor(
    private readonly folder: string,
    private readonly judge: StatJudge,
    private readonly idAt: (key: string) => Promise<string | undefined>,
    private readonly onMemory: (folder: string) => void,
  ) {}

  /** The chain of a file; undefined for one that is not live and has never been. */
  async find(file: ChainFile, isLive: boolean): Promise<ChainState | undefined> {
    // Two requests at once must not begin two chains.
    for (;;) {
      const running = this.#opening.get(file.id)
      if (running === undefined) break
      await running.catch(() => {})
    }
    const opening = this.#find(file, isLive)
    this.#opening.set(file.id, opening)
    try {
      return await opening
    } finally {
      if (this.#opening.get(file.id) === opening) this.#opening.delete(file.id)
    }
  }

  /** The ids of the files that are live, or have been. */
  async ids(): Promise<ReadonlySet<string>> {
    this.#store ??= this.#openStore()
    return new Set((await (await this.#store).names()).ids)
  }

  async #find(file: ChainFile, isLive: boolean): Promise<ChainState | undefined> {
    this.#store ??= this.#openStore()
    const store = await this.#store
    if (!isLive && !(await ChainRecords.has(store, file.id))) return undefined
    const known = this.#chains.get(file.id)
    const isCurrent = known !== undefined && !known.isBroken && (await known.records.isNewest())
    const records = isCurrent
      ? known.records
      : await ChainRecords.open(store, file, isLive ? 'create' : 'existing')
    if (records === undefined) return undefined
    const record = await records.finished()
    if (record !== undefined) {
      if (!isLive) return { kind: 'finished', record, forget: () => records.remove() }
      // It grows again: its tag names the file that was finished.
      await records.abandon()
      return this.#find(file, isLive)
    }
    const chain = isCurrent ? known : new LiveChain(records, this.judge)
    this.#chains.set(file.id, chain)
    return { kind: 'growing', chain }
  }

  async #openStore(): Promise<RecordStore> {
    const store = await FolderRecords.open(this.folder)
    if (store === undefined) {
      this.onMemory(this.folder)
      return new MemoryRecords()
    }
    sweepRecords(store, this.idAt, this.judge.clock.now()).catch(() => {})
    return store
  }
}

/** The name of the folder of the records in a root. */
export const RECORDS_NAME = '.lastbyte-live'

/** The folder of the records of a root. */
export function recordsFolder(root: string): string {
  return join(root, RECORDS_NAME)
}

/** Names a file, by whichever path it is found. A file that takes its place has another name. */
export function fileId({ ino, birthtimeNs }: Pick<BigIntStats, 'ino' | 'birthtimeNs'>): string {
  return createHash('sha256').update(`${ino} ${birthtimeNs}`).digest('base64url').slice(0, 22)
}
