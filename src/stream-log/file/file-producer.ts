import { stat } from 'node:fs/promises'
import { LongTimer } from '../../async/long-timer.js'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { loggedSize } from '../log-limits.js'
import { fenced, retainedEpochs, tooLarge } from '../log-position.js'
import type { LogProducer, NewEvent } from '../stream-log.js'
import { giveUpClaim } from './claim-owner.js'
import { encodeRecord, type FileEpoch, type LogRecord } from './log-record.js'
import { SegmentFile } from './segment-file.js'
import { orAbsent, type Segment, type StreamFolder } from './stream-folder.js'

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
  readonly earlier: readonly Segment[]
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
  readonly #segments: Segment[]
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
    this.#segments = [...start.earlier]
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
      await this.#write(events.map((event) => ({ kind: 'event', ...event })))
      this.#next += events.length
      this.#own = events.at(-1)?.own
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
        await this.#write([record])
      } finally {
        await this.#close()
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

  async #write(records: readonly LogRecord[]): Promise<void> {
    const current = this.#open
    if (current === undefined) throw fenced(this.start.key)
    await current.write(Buffer.concat(records.map(encodeRecord)))
    if (this.settings.fsync === 'always') await current.sync()
    await this.#requireLatest()
    this.#syncLater()
    this.start.wake()
  }

  async #requireLatest(): Promise<void> {
    const current = this.#open
    if (current !== undefined && (await this.start.folder.isLatest(current.segment))) return
    await this.#close()
    const error = fenced(this.start.key)
    this.#control.abort(error)
    throw error
  }

  /** Begins another segment where the current one is full or old, and removes those that are too many. */
  async #maintain(): Promise<void> {
    const { maxStreamBytes, maxAge } = this.settings
    const current = this.#open
    if (current === undefined || this.#next === current.segment.first) return
    const isFull = current.end >= maxStreamBytes / SEGMENTS
    if (isFull || current.age >= maxAge / SEGMENTS) await this.#roll()
    await this.#trim()
  }

  async #roll(): Promise<void> {
    const { folder, key } = this.start
    const first = this.#next
    const segment = folder.segment(this.claim, first, this.#epochs.at(-1)?.tag ?? '')
    const oldest = this.#segments[0]?.first ?? first
    this.#epochs = retainedEpochs(this.#epochs, oldest) as readonly FileEpoch[]
    const header = { key, epochs: this.#epochs, first, own: this.#own, at: Date.now() }
    const bytes = encodeRecord({ kind: 'header', header })
    const syncs = this.settings.fsync === 'always' ? 'sync' : 'no sync'
    await this.#closeSegment()
    await folder.createSegment(segment, bytes, syncs)
    this.#segments.push(segment)
    this.#open = await SegmentFile.open(folder, segment)
  }

  /** Removes the oldest segments, as far as they are too old, or all are too large. */
  async #trim(): Promise<void> {
    const { folder } = this.start
    const { maxStreamBytes, maxAge } = this.settings
    const files = await Promise.all(
      this.#segments.map(async ({ name }) => orAbsent(stat(folder.at(name)))),
    )
    let bytes = files.reduce((sum, file) => sum + (file?.size ?? 0), 0)
    while (this.#segments.length > 1) {
      const file = files.shift()
      const isOld = file === undefined || Date.now() - file.mtimeMs > maxAge
      if (!isOld && bytes <= maxStreamBytes) return
      bytes -= file?.size ?? 0
      const removed = this.#segments.shift()
      if (removed !== undefined) await folder.remove([removed.name])
    }
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
    this.#open = undefined
    await current?.close()
  }

  async #close(): Promise<void> {
    this.#over = true
    this.#heartbeat?.clear()
    this.#syncTimer?.clear()
    this.#unfollow()
    await this.#closeSegment()
  }
}
