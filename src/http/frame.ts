import { formatEvent } from './event-stream.js'
import type { StreamFailure } from './stream-error.js'

/** The media type of newline-delimited JSON. */
export const NDJSON_TYPE = 'application/x-ndjson'

/** What a framed stream is made of. Without `end` or `error` as the last one it is truncated. */
export type Frame = DataFrame | RowFrame | EndFrame | ErrorFrame | HeartbeatFrame

/** Bytes of a representation. */
export interface DataFrame {
  readonly type: 'data'
  /** Of its first byte in the representation. */
  readonly offset: number
  /** In base64 (RFC 4648 §4), or as it is where `encoding` says so. */
  readonly chunk: string
  readonly encoding?: 'utf-8'
}

/** A row of an application. */
export interface RowFrame {
  readonly type: 'data'
  /** The number of rows before it. */
  readonly offset: number
  readonly row: unknown
}

/** All has been given. */
export interface EndFrame {
  readonly type: 'end'
  /** Bytes of the selection, or the number of events or rows. */
  readonly size: number
  /** Of the bytes of the selection, as in a digest field (RFC 9530): `sha-256=:…:`. */
  readonly digest?: string
}

/** It went wrong after `error.offset`. */
export interface ErrorFrame {
  readonly type: 'error'
  readonly error: StreamFailure
}

/** Nothing new, but the stream is alive. Of NDJSON alone: an event stream has comments for it. */
export interface HeartbeatFrame {
  readonly type: 'heartbeat'
}

/** What of a frame an event carries besides its JSON. */
export interface EventFields {
  readonly id?: string | undefined
  /** The event's name where it is not the frame's type. */
  readonly event?: string | undefined
}

/** A frame as a line. @throws LastbyteError BAD_EVENT where a row is nothing that JSON can tell */
export function formatLine(frame: Frame): string {
  return `${JSON.stringify(frame)}\n`
}

/** A frame as an event: its type is the event's name, the rest its data. */
export function formatFrameEvent(
  frame: Exclude<Frame, HeartbeatFrame>,
  { id, event = frame.type }: EventFields = {},
): string {
  const { type: _named, ...members } = frame
  const data = frame.type === 'error' ? frame.error : members
  return formatEvent({ ...(id !== undefined && { id }), event, data })
}

/** The frame that a line holds, or undefined where it holds none. */
export function parseLine(line: string): Frame | undefined {
  const value = parseObject(line)
  return value && frameOf(value)
}

/** The frame that an event of this name and data holds, or undefined where it holds none. */
export function parseFrameEvent(event: string | undefined, data: string): Frame | undefined {
  const value = parseObject(data)
  if (value === undefined) return undefined
  return frameOf(event === 'error' ? { type: event, error: value } : { ...value, type: event })
}

type Members = Readonly<Record<string, unknown>>

function frameOf(value: Members): Frame | undefined {
  switch (value.type) {
    case 'heartbeat':
      return { type: 'heartbeat' }
    case 'data':
      return isCount(value.offset) ? dataOf(value, value.offset) : undefined
    case 'end': {
      const { size, digest } = value
      if (!isCount(size)) return undefined
      return { type: 'end', size, ...(typeof digest === 'string' && { digest }) }
    }
    case 'error':
      return isFailure(value.error) ? { type: 'error', error: value.error } : undefined
    default:
      return undefined
  }
}

function dataOf({ chunk, encoding, row }: Members, offset: number): Frame | undefined {
  if (row !== undefined) return { type: 'data', offset, row }
  if (typeof chunk !== 'string') return undefined
  if (encoding === undefined) return { type: 'data', offset, chunk }
  return encoding === 'utf-8' ? { type: 'data', offset, chunk, encoding } : undefined
}

function isFailure(value: unknown): value is StreamFailure {
  const { type, message, code, timestamp, retryable, offset } = (value ?? {}) as Members
  return (
    typeof type === 'string' &&
    typeof message === 'string' &&
    typeof timestamp === 'string' &&
    typeof retryable === 'boolean' &&
    isCount(code) &&
    isCount(offset)
  )
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function parseObject(text: string): Members | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
