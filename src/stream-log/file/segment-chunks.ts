import { open } from 'node:fs/promises'
import { LRUCache } from 'lru-cache'
import { formatLogId } from '../log-position.js'
import type { LoggedEvent } from '../stream-log.js'
import { decodeRecord, type LogRecord } from './log-record.js'
import { orAbsent, type Segment, type StreamFolder } from './stream-folder.js'
import { corrupt } from './survey.js'

/** Where a reader is: the next event, and where its record is. */
export interface SegmentPosition {
  readonly segment: Segment
  readonly offset: number
  /** The number of the event at this offset. */
  readonly next: number
}

/** Records behind a position. */
export interface SegmentChunk {
  readonly events: readonly LoggedEvent[]
  /** The position behind the events. */
  readonly after: SegmentPosition
  /** The record behind the events that is not an event. */
  readonly state: Extract<LogRecord, { kind: 'ended' | 'paused' }> | undefined
  /** Whether no claim had followed that of the segment when the records were read. */
  readonly isLatest: boolean
}

/** Bytes that one read requests. A larger record is read whole. */
const READ_SIZE = 256 * 1024
/** Bytes of chunks that are kept, for readers that are at about the same position. */
const KEPT_BYTES = 512 * 1024

/** Reads segments. Readers at the same position share one read and its events. */
export class SegmentChunks {
  readonly #reading = new Map<string, Promise<SegmentChunk | undefined>>()
  readonly #kept = new LRUCache<string, SegmentChunk>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (chunk) => chunk.events.reduce((sum, { text }) => sum + text.length + 64, 64),
  })

  /**
   * Where a producer of this process will append, by the paths of segments. Its readers there have nothing to read.
   */
  readonly #ends = new Map<string, number>()

  /**
   * Takes over what a producer of this process has appended and nobody has fenced, so that readers at the end of
   * the stream read no file.
   *
   * @param events those behind `at`; empty where they are to be read
   */
  appended(folder: StreamFolder, at: SegmentPosition, events: readonly LoggedEvent[], end: number) {
    const path = folder.at(at.segment.name)
    this.#ends.set(path, end)
    if (events.length === 0) return
    const after = { ...at, offset: end, next: at.next + events.length }
    this.#kept.set(`${path} ${at.offset}`, { events, after, state: undefined, isLatest: true })
  }

  /** The producer of a segment appends no more. */
  concluded(folder: StreamFolder, { name }: Segment): void {
    this.#ends.delete(folder.at(name))
  }

  /** Whether a producer of this process is known to have appended nothing behind a position. */
  isAtEnd(folder: StreamFolder, { segment, offset }: SegmentPosition): boolean {
    return this.#ends.get(folder.at(segment.name)) === offset
  }

  /** The whole records behind a position; undefined where the segment was removed. */
  read(folder: StreamFolder, at: SegmentPosition): Promise<SegmentChunk | undefined> {
    const id = `${folder.at(at.segment.name)} ${at.offset}`
    const kept = this.#kept.get(id)
    if (kept !== undefined) return Promise.resolve(kept)
    const known = this.#reading.get(id)
    if (known !== undefined) return known
    const reading = this.#read(folder, at)
      .then((chunk) => {
        // What has been valid once is valid for ever.
        if (chunk?.isLatest && chunk.events.length > 0) this.#kept.set(id, chunk)
        return chunk
      })
      .finally(() => this.#reading.delete(id))
    this.#reading.set(id, reading)
    return reading
  }

  async #read(folder: StreamFolder, at: SegmentPosition): Promise<SegmentChunk | undefined> {
    const bytes = await bytesAt(folder.at(at.segment.name), at.offset)
    if (bytes === undefined) return undefined
    const isLatest = folder.isLatest(at.segment)
    const events: LoggedEvent[] = []
    let offset = 0
    for (;;) {
      const decoded = decodeRecord(bytes, offset, 'text')
      if (decoded.kind === 'corrupt' && isLatest) throw corrupt(at.segment)
      const record = decoded.kind === 'record' ? decoded.record : undefined
      if (decoded.kind !== 'record' || (record?.kind !== 'event' && record?.kind !== 'header')) {
        const after = { ...at, offset: at.offset + offset, next: at.next + events.length }
        const state = record as SegmentChunk['state']
        return { events, after, state, isLatest }
      }
      offset = decoded.end
      if (record.kind === 'header') continue
      const event = formatLogId(at.next + events.length, at.segment.tag)
      events.push({ id: event, text: `id: ${event}\n${record.text}` })
    }
  }
}

/** Whole records from an offset on, as far as they have been written; undefined where there is no such file. */
async function bytesAt(path: string, offset: number): Promise<Buffer | undefined> {
  const handle = await orAbsent(open(path, 'r'))
  if (handle === undefined) return undefined
  try {
    for (let size = READ_SIZE; ; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(size), 0, size, offset)
      const bytes = buffer.subarray(0, bytesRead)
      const first = decodeRecord(bytes, 0)
      if (first.kind !== 'incomplete' || bytesRead < size) return bytes
      size = Math.max(first.needs, size * 2)
    }
  } finally {
    await handle.close()
  }
}
