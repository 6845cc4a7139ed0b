import { randomBytes } from 'node:crypto'
import { truncate } from 'node:fs/promises'
import { resolve } from 'node:path'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { ownProcess } from '../../native/running-process.js'
import { logFull, withEpoch } from '../log-position.js'
import type { LogClaim, LogReader, StreamLog } from '../stream-log.js'
import { giveUpClaim, mayBeAlive } from './claim-owner.js'
import { type FileLogOptions, type FileLogSettings, settleFileLog } from './file-log-options.js'
import { FileProducer } from './file-producer.js'
import { openFileReader } from './file-reader.js'
import { FolderChanges } from './folder-changes.js'
import { KeptSegments } from './kept-segments.js'
import type { FileEpoch } from './log-record.js'
import { LogSweep } from './log-sweep.js'
import { SegmentChunks } from './segment-chunks.js'
import { StreamFolder } from './stream-folder.js'
import { type EmptyFolder, type SegmentTail, type Survey, survey, tailOf } from './survey.js'

/**
 * A log in the files of a folder, which several processes of one machine share: workers, and the same server after
 * a restart. The folder is created, and must be on a local file system.
 *
 * An event that was appended survives the end of the process in any way. Whether it survives a power failure depends
 * on `fsync`. Records have a CRC-32: a torn one at the end of a segment is cut off by the next producer.
 *
 * @throws LastbyteError BAD_SETTING for an option
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, rm } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { fileLog } from 'lastbyte'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'streams-'))
 * const claim = await fileLog(folder).claim('chat-1', 'free')
 * assert(claim.kind === 'claimed')
 * await claim.producer.append([{ text: 'data: first\n\n', own: '1' }])
 * await claim.producer.end({ kind: 'finished' })
 * // Another process, or the same one after a restart:
 * const reader = await fileLog(folder).open('chat-1', undefined)
 * const batch = await reader.read()
 * assert(batch.kind === 'events')
 * assert.match(batch.events[0]?.text ?? '', /data: first/)
 * assert.equal((await reader.read()).kind, 'ended')
 * reader.close()
 * await rm(folder, { recursive: true })
 * ```
 */
export function fileLog(folder: string, options?: FileLogOptions): StreamLog {
  const settings = settleFileLog(folder, options)
  return new FileLog(resolve(folder), settings)
}

type Found = Survey | EmptyFolder

class FileLog implements StreamLog {
  readonly lease: number
  readonly #changes = new FolderChanges()
  readonly #chunks = new SegmentChunks()
  readonly #sweep: LogSweep

  constructor(
    private readonly root: string,
    private readonly settings: FileLogSettings,
  ) {
    this.lease = settings.lease
    this.#sweep = new LogSweep(root, settings)
  }

  async claim(key: string, whose: 'free' | 'theirs'): Promise<LogClaim> {
    try {
      return await this.#claim(key, whose)
    } catch (error) {
      throw asLastbyteError(error, 'SOURCE_FAILED', 'Cannot claim a stream of the log')
    }
  }

  async open(key: string, after: string | undefined): Promise<LogReader> {
    const folder = new StreamFolder(this.root, key)
    try {
      await this.#sweep.expire(folder.path)
      const scene = { folder, changes: this.#changes, chunks: this.#chunks }
      return await openFileReader(scene, after)
    } catch (error) {
      throw asLastbyteError(error, 'SOURCE_FAILED', 'Cannot open a stream of the log')
    }
  }

  async #claim(key: string, whose: 'free' | 'theirs'): Promise<LogClaim> {
    const folder = new StreamFolder(this.root, key)
    await this.#sweep.expire(folder.path)
    this.#sweep.sweepLater()
    for (;;) {
      const found = await survey(folder)
      if (found === undefined) {
        if (whose === 'theirs') return { kind: 'absent' }
        if (await this.#sweep.isFull()) throw logFull(key, this.settings.maxBytes)
        await folder.create()
        continue
      }
      const { claim } = found
      const path = folder.claimPath(claim)
      if (claim > 0 && whose === 'free' && (await mayBeAlive(path, this.lease))) {
        return { kind: 'held' }
      }
      if (claim === 0 && whose === 'theirs') return { kind: 'absent' }
      if ((await lastOf(folder, found))?.state?.kind === 'ended') return { kind: 'ended' }
      const created = await folder.createClaim(claim + 1, ownProcess())
      if (created !== 'created') continue
      this.#sweep.sweepLater()
      const result = await this.#follow(folder, key, claim + 1)
      if (result !== undefined) return result
    }
  }

  /** Ends the epochs before a claim, and begins its own; undefined where a later claim has followed. */
  async #follow(folder: StreamFolder, key: string, claim: number): Promise<LogClaim | undefined> {
    const found = (await survey(folder, claim)) ?? { claim: 0, segments: [] as const }
    const tail = await lastOf(folder, found)
    const { next, own, state } = tail ?? { next: 1, own: undefined, state: undefined }
    const known: readonly FileEpoch[] = 'epochs' in found ? found.epochs : []
    const epoch = { tag: randomBytes(6).toString('base64url'), first: next, claim }
    const producer = new FileProducer(
      claim,
      {
        folder,
        key,
        epochs: withEpoch(known, epoch) as readonly FileEpoch[],
        first: next,
        own,
        earlier: await KeptSegments.of(folder, found.segments),
        chunks: this.#chunks,
        wake: () => this.#changes.wake(folder.path),
        follow: (changed) => this.#changes.follow(folder.path, changed),
      },
      this.settings,
    )
    try {
      await producer.begin()
      if (state?.kind === 'ended') {
        await producer.end(state.ending)
        return { kind: 'ended' }
      }
    } catch (error) {
      if (error instanceof LastbyteError && error.code === 'FENCED') return undefined
      // Nobody produces the stream, and nobody has to wait for this process.
      await giveUpClaim(folder.claimPath(claim)).catch(() => {})
      throw error
    }
    await this.#cleanUp(folder, claim, found, tail)
    this.#changes.wake(folder.path)
    return { kind: 'claimed', producer, tail: { count: next - 1, own } }
  }

  /** Cuts a torn tail off, and removes what earlier claims have left. */
  async #cleanUp(
    folder: StreamFolder,
    claim: number,
    { segments }: Found,
    tail: SegmentTail | undefined,
  ): Promise<void> {
    const last = segments.at(-1)
    if (last !== undefined && tail !== undefined) {
      await truncate(folder.at(last.name), tail.bytes).catch(() => {})
    }
    const entries = await folder.entries()
    const valid = new Set(segments.map(({ name }) => name))
    const stale = entries?.segments.filter(
      ({ name, claim: its }) => its < claim && !valid.has(name),
    )
    await folder.remove((stale ?? []).map(({ name }) => name))
    const older = entries?.claims.filter((each) => each < claim) ?? []
    await folder.remove(older.map((each) => folder.claimName(each)))
  }
}

async function lastOf(folder: StreamFolder, found: Found): Promise<SegmentTail | undefined> {
  const last = found.segments.at(-1)
  return last && tailOf(folder, last)
}
