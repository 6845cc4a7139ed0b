import { LongTimer } from '../../async/long-timer.js'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { loggedSize } from '../log-limits.js'
import { fenced, formatLogId, retainedEpochs, tooLarge } from '../log-position.js'
import type { LogProducer, NewEvent } from '../stream-log.js'
import { giveUpClaim } from './claim-owner.js'
import type { KeptSegments } from './kept-segments.js'
import { encodeEvents, encodeRecord, type FileEpoch, type LogRecord } from './log-record.js'
import type { SegmentChunks } from './segment-chunks.js'
import { SegmentFile } from './segment-file.js'
import type { StreamFolder } from './stream-folder.js'

export interface ProducerSettings {
  readonly maxAge: number
  readonly maxStreamBytes: number
  readonly lease: number
  readonly fsync: 'always' | 'interval' | 'never'
  readonly fsyncInterval: number
}

/** What a producer follows. */
export interface ProducerStart {
  readonly folder: StreamFolder
  readonly key: string
  readonly epochs: readonly FileEpoch[]
  readonly first: number
  readonly own: string | undefined
  /** The segments of earlier producers. */
  readonly earlier: KeptSegments
  readonly chunks: SegmentChunks
  /** Wakes the readers of this process. */
  readonly wake: () => void
  /** Calls when the folder may have changed, until the result is called. */
  readonly follow: (changed: () => void) => () => void
}

/** Parts of a stream of which the oldest one is dropped. */
const SEGMENTS = 8

/** The producer of a stream in files. Its calls run one after the other. */
export class FileProducer implements LogProducer {
  readonly #control = new AbortController()
  readonly fenced: AbortSignal = this.#control.signal
  readonly #segments: KeptSegments
  #open: SegmentFile | undefined
  #next: number
  #own: string | undefined
  #epochs: readonly FileEpoch[]
  #queue: Promise<unknown> = Promise.resolve()
  #over = false
  #dirty = false
  #syncTimer: LongTimer | undefined
  #heartbeat: LongTimer | undefined
  #unfollow = () => {}
  #checking = false

  constructor(
    private readonly claim: number,
    private readonly start: ProducerStart,
    private readonly settings: ProducerSettings,
  ) {
    this.#segments = start.earlier
    this.#next = start.first
    this.#own = start.own
    this.#epochs = start.epochs
  }

  /** Creates the first segment, which ends the epoch before. @throws LastbyteError FENCED */
  async begin(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#roll()
      await this.#requireLatest()
      this.#beatLater()
      this.#unfollow = this.start.follow(() => this.#check())
    })
  }

  append(events: readonly NewEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      const { maxStreamBytes } = this.settings
      for (const { text, own } of events) {
        const bytes = loggedSize(text, own)
        if (bytes > maxStreamBytes) throw tooLarge(bytes, maxStreamBytes)
      }
      await this.#write(encodeEvents(events), events)
      this.#next += events.length
      this.#own = events.at(-1)?.own
      this.start.wake()
      await this.#maintain()
    })
  }

  end(ending: Parameters<LogProducer['end']>[0]): Promise<void> {
    return this.#conclude({ kind: 'ended', ending })
  }

  pause(failure: Parameters<LogProducer['pause']>[0]): Promise<void> {
    return this.#conclude({ kind: 'paused', failure })
  }

  #conclude(record: LogRecord): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#write(encodeRecord(record), [])
      } finally {
        await this.#close()
        this.start.wake()
      }
      await giveUpClaim(this.start.folder.claimPath(this.claim))
    })
  }

  /** Runs an operation after those before. Its failure leaves the producer usable, unless it was fenced. */
  #inTurn(operation: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(async () => {
      if (this.#over) throw fenced(this.start.key)
      try {
        await operation()
      } catch (error) {
        if (error instanceof LastbyteError) throw error
        throw asLastbyteError(error, 'SOURCE_FAILED', 'Cannot write the log of a stream')
      }
    })
    this.#queue = run.catch(() => {})
    return run
  }

  async #write(records: Buffer, events: readonly NewEvent[]): Promise<void> {
    const { folder, key, chunks } = this.start
    const current = this.#open
    if (current === undefined) throw fenced(key)
    const at = { segment: current.segment, offset: current.end, next: this.#next }
    await current.write(records)
    if (this.settings.fsync === 'always') await current.sync()
    await this.#requireLatest()
    this.#segments.appended(current.end)
    this.#syncLater()
    const { tag } = current.segment
    const logged = events.map(({ text }, n) => {
      const id = formatLogId(at.next + n, tag)
      return { id, text: `id: ${id}\n${text}` }
    })
    chunks.appended(folder, at, logged, current.end)
  }

  async #requireLatest(): Promise<void> {
    const current = this.#open
    if (current !== undefined && this.start.folder.isLatest(current.segment)) return
    await this.#close()
    this.start.wake()
    const error = fenced(this.start.key)
    this.#control.abort(error)
    throw error
  }

  /** Begins another segment where the current one is full or old, and removes those that are too many. */
  async #maintain(): Promise<void> {
    const { maxStreamBytes, maxAge } = this.settings
    const current = this.#open
    if (current === undefined) return
    const isFull = current.end >= maxStreamBytes / SEGMENTS
    const isEmpty = this.#next === current.segment.first
    if (!isEmpty && (isFull || current.age >= maxAge / SEGMENTS)) await this.#roll()
    const removed = this.#segments.trim(this.settings)
    await this.start.folder.remove(removed.map(({ name }) => name))
  }

  async #roll(): Promise<void> {
    const { folder, key } = this.start
    const first = this.#next
    const segment = folder.segment(this.claim, first, this.#epochs.at(-1)?.tag ?? '')
    const oldest = this.#segments.oldest?.first ?? first
    this.#epochs = retainedEpochs(this.#epochs, oldest) as readonly FileEpoch[]
    const header = { key, epochs: this.#epochs, first, own: this.#own, at: Date.now() }
    const bytes = encodeRecord({ kind: 'header', header })
    const syncs = this.settings.fsync === 'always' ? 'sync' : 'no sync'
    await this.#closeSegment()
    await folder.createSegment(segment, bytes, syncs)
    this.#segments.add(segment, bytes.length)
    this.#open = await SegmentFile.open(folder, segment)
  }

  #beatLater(): void {
    const { lease } = this.settings
    this.#heartbeat = new LongTimer(() => {
      this.#inTurn(async () => {
        await this.start.folder.touchClaim(this.claim)
        await this.#requireLatest()
        await this.#maintain()
      }).catch(() => {})
      if (!this.#over) this.#beatLater()
    }, lease / 3).unref()
  }

  /** Looks for another claim, since a source may yield nothing for long. Once at a time: appends change the folder. */
  #check(): void {
    if (this.#checking || this.#over) return
    this.#checking = true
    this.#inTurn(() => this.#requireLatest())
      .catch(() => {})
      .finally(() => {
        this.#checking = false
      })
  }

  #syncLater(): void {
    const { fsync, fsyncInterval } = this.settings
    if (fsync !== 'interval') return
    this.#dirty = true
    this.#syncTimer ??= new LongTimer(() => {
      this.#syncTimer = undefined
      this.#sync().catch(() => {})
    }, fsyncInterval).unref()
  }

  async #sync(): Promise<void> {
    if (!this.#dirty) return
    this.#dirty = false
    await this.#open?.sync()
  }

  async #closeSegment(): Promise<void> {
    if (this.settings.fsync === 'interval') await this.#sync()
    const current = this.#open
    if (current === undefined) return
    this.#open = undefined
    this.start.chunks.concluded(this.start.folder, current.segment)
    await current.close()
  }

  async #close(): Promise<void> {
    this.#over = true
    this.#heartbeat?.clear()
    this.#syncTimer?.clear()
    this.#unfollow()
    await this.#closeSegment()
  }
}
