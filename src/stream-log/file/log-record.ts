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
  if (record.kind !== 'event') return encode(STATE, Buffer.from(JSON.stringify(record)))
  const { text, own } = record
  const id = Buffer.from(own ?? '')
  const payload = Buffer.allocUnsafe(4 + id.length + Buffer.byteLength(text))
  payload.writeUInt32LE(id.length, 0)
  id.copy(payload, 4)
  payload.write(text, 4 + id.length)
  return encode(EVENT, payload)
}

function encode(kind: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(PREFIX + 1 + payload.length)
  bytes.writeUInt32LE(payload.length + 1, 0)
  bytes[PREFIX] = kind
  payload.copy(bytes, PREFIX + 1)
  bytes.writeUInt32LE(crc32(bytes.subarray(PREFIX)), 4)
  return bytes
}

/** A record that was read. */
export type Decoded =
  | { readonly kind: 'record'; readonly record: LogRecord; readonly end: number }
  /** The bytes end within it. */
  | { readonly kind: 'incomplete'; readonly needs: number }
  /** Its bytes are not those that were written. */
  | { readonly kind: 'corrupt' }

/**
 * Decodes the record at an offset.
 *
 * @param needs `text` leaves out the id that the source gave an event, which readers don't need
 */
export function decodeRecord(bytes: Buffer, at: number, needs: 'all' | 'text' = 'all'): Decoded {
  if (bytes.length < at + PREFIX) return { kind: 'incomplete', needs: PREFIX }
  const length = bytes.readUInt32LE(at)
  // Zeros are what a file system leaves where it has extended a file and not written it.
  if (length === 0) return { kind: 'corrupt' }
  const start = at + PREFIX
  const end = start + length
  if (bytes.length < end) return { kind: 'incomplete', needs: PREFIX + length }
  if (crc32(bytes.subarray(start, end)) !== bytes.readUInt32LE(at + 4)) return { kind: 'corrupt' }
  if (bytes[start] === EVENT) {
    const from = start + 5
    const length = bytes.readUInt32LE(start + 1)
    const hasOwn = length > 0 && needs === 'all'
    const own = hasOwn ? bytes.toString('utf8', from, from + length) : undefined
    const text = bytes.toString('utf8', from + length, end)
    return { kind: 'record', record: { kind: 'event', own, text }, end }
  }
  const record = parseState(bytes[start], bytes.subarray(start + 1, end))
  return record === undefined ? { kind: 'corrupt' } : { kind: 'record', record, end }
}

function parseState(kind: number | undefined, payload: Buffer): LogRecord | undefined {
  return kind === STATE ? (JSON.parse(payload.toString()) as LogRecord) : undefined
}
