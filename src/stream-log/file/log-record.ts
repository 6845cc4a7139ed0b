import { crc32 } from 'node:zlib'
import type { FailureDescription } from '../../http/stream-error.js'
import type { Epoch } from '../log-position.js'
import type { LogEnding, NewEvent } from '../stream-log.js'

/** An epoch, and the number of the claim that began it, which is in the names of its segments. */
export interface FileEpoch extends Epoch {
  readonly claim: number
}

/** The first record of each segment. */
export interface SegmentHeader {
  readonly key: string
  /** All epochs of which events are kept. The last one is that of the segment. */
  readonly epochs: readonly FileEpoch[]
  /** The number of the first event of the segment. */
  readonly first: number
  /** The id that the source gave the event before. */
  readonly own?: string | undefined
  /** ms since the epoch at which the segment was begun. */
  readonly at: number
}

/** One record of a segment. */
export type LogRecord =
  | ({ readonly kind: 'event' } & NewEvent)
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'ended'; readonly ending: LogEnding }
  | { readonly kind: 'paused'; readonly failure: FailureDescription | undefined }

/** Length of the payload and its CRC-32, both in 4 bytes, little-endian. */
const PREFIX = 8
const EVENT = 1
const STATE = 2

/** The bytes of a record: a prefix, a byte with the kind, and the payload. */
export function encodeRecord(record: LogRecord): Buffer {
  if (record.kind === 'event') return encodeEvents([record])
  const text = JSON.stringify(record)
  const bytes = Buffer.allocUnsafe(PREFIX + 1 + Buffer.byteLength(text))
  bytes.write(text, PREFIX + 1)
  seal(bytes, 0, STATE, bytes.length)
  return bytes
}

/** The bytes of the records of events. */
export function encodeEvents(events: readonly NewEvent[]): Buffer {
  let size = 0
  for (const { text, own = '' } of events) {
    size += PREFIX + 5 + Buffer.byteLength(own) + Buffer.byteLength(text)
  }
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const { text, own = '' } of events) {
    const start = at + PREFIX + 5
    const idLength = bytes.write(own, start)
    bytes.writeUInt32LE(idLength, start - 4)
    const end = start + idLength + bytes.write(text, start + idLength)
    seal(bytes, at, EVENT, end)
    at = end
  }
  return bytes
}

/** Writes what precedes the payload of a record. */
function seal(bytes: Buffer, at: number, kind: number, end: number): void {
  bytes.writeUInt32LE(end - at - PREFIX, at)
  bytes[at + PREFIX] = kind
  bytes.writeUInt32LE(crc32(bytes.subarray(at + PREFIX, end)), at + 4)
}

/** A record that was read. */
export type Decoded =
  | { readonly kind: 'record'; readonly record: LogRecord; readonly end: number }
  | Unreadable

type Unreadable =
  /** The bytes end within the record. */
  | { readonly kind: 'incomplete'; readonly needs: number }
  /** Its bytes are not those that were written. */
  | { readonly kind: 'corrupt' }

/** Where a record ends whose bytes are those that were written. */
export type Skipped =
  | { readonly kind: 'event'; readonly end: number }
  | { readonly kind: 'state'; readonly end: number }
  | Unreadable

/** Checks the record at an offset, and decodes nothing of it. */
export function skipRecord(bytes: Buffer, at: number): Skipped {
  if (bytes.length < at + PREFIX) return { kind: 'incomplete', needs: PREFIX }
  const length = bytes.readUInt32LE(at)
  // Zeros are what a file system leaves where it has extended a file and not written it.
  if (length === 0) return { kind: 'corrupt' }
  const start = at + PREFIX
  const end = start + length
  if (bytes.length < end) return { kind: 'incomplete', needs: PREFIX + length }
  if (crc32(bytes.subarray(start, end)) !== bytes.readUInt32LE(at + 4)) return { kind: 'corrupt' }
  if (bytes[start] === EVENT) return { kind: 'event', end }
  return bytes[start] === STATE ? { kind: 'state', end } : { kind: 'corrupt' }
}

/**
 * Decodes the record at an offset.
 *
 * @param needs `text` leaves out the id that the source gave an event, which readers don't need
 */
export function decodeRecord(bytes: Buffer, at: number, needs: 'all' | 'text' = 'all'): Decoded {
  const skipped = skipRecord(bytes, at)
  if (skipped.kind !== 'event' && skipped.kind !== 'state') return skipped
  const { kind, end } = skipped
  const start = at + PREFIX + 1
  if (kind === 'state') {
    return { kind: 'record', record: JSON.parse(bytes.toString('utf8', start, end)), end }
  }
  const from = start + 4
  const length = bytes.readUInt32LE(start)
  const hasOwn = length > 0 && needs === 'all'
  const own = hasOwn ? bytes.toString('utf8', from, from + length) : undefined
  const text = bytes.toString('utf8', from + length, end)
  return { kind: 'record', record: { kind: 'event', own, text }, end }
}
