import { formatEvent } from './event-stream.js'
import { parseJson } from './parse-json.js'
import type { StreamFailure } from './stream-error.js'

/** The media type of newline-delimited JSON. */
export const NDJSON_TYPE = 'application/x-ndjson'

/** One frame of a framed stream. A stream without `end` or `error` as its last frame is truncated. */
export type Frame = DataFrame | RowFrame | EndFrame | ErrorFrame | HeartbeatFrame

/** Consecutive bytes of a representation. */
export interface DataFrame {
  readonly type: 'data'
  /** The position of its first byte in the representation. */
  readonly offset: number
  /** The bytes in base64 (RFC 4648 §4), or as text if `encoding` is `utf-8`. */
  readonly chunk: string
  readonly encoding?: 'utf-8'
}

/** One row of the application's source. */
export interface RowFrame {
  readonly type: 'data'
  /** The number of rows before this one. */
  readonly offset: number
  readonly row: unknown
}

/** The terminal frame of a complete stream. */
export interface EndFrame {
  readonly type: 'end'
  /** Bytes of the selected slice, or the number of events or rows. */
  readonly size: number
  /** The digest of the selected slice, in the form of RFC 9530: `sha-256=:…:`. */
  readonly digest?: string
}

/** The terminal frame of a stream that failed after `error.offset`. */
export interface ErrorFrame {
  readonly type: 'error'
  readonly error: StreamFailure
}

/** Keeps an idle NDJSON stream open. Event streams send a comment instead. */
export interface HeartbeatFrame {
  readonly type: 'heartbeat'
}

/** The fields of an event that are not part of a frame's JSON. */
export interface EventFields {
  readonly id?: string | undefined
  /** The event's name. Default: the frame's type. */
  readonly event?: string | undefined
}

/** Serializes a frame as a line of NDJSON. */
export function formatLine(frame: Frame): string {
  return `${JSON.stringify(frame)}\n`
}

/** Serializes a frame as an event: the frame's type is the event's name, the other members its data. */
export function formatFrameEvent(
  frame: Exclude<Frame, HeartbeatFrame>,
  { id, event = frame.type }: EventFields = {},
): string {
  const { type: _type, ...members } = frame
  const data = frame.type === 'error' ? frame.error : members
  return formatEvent({ ...(id !== undefined && { id }), event, data })
}

/** Parses a line of NDJSON; undefined if it is not a frame. */
export function parseLine(line: string): Frame | undefined {
  const value = parseObject(line)
  return value && frameOf(value)
}

/** Parses an event's name and data; undefined if they are not a frame. */
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
    const value = parseJson(text)
    return typeof value === 'object' && value !== null ? (value as Members) : undefined
  } catch {
    return undefined
  }
}
