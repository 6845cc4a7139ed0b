import { open } from 'node:fs/promises'
import { LastbyteError } from '../../errors.js'
import type { Retained } from '../log-position.js'
import {
  type Decoded,
  decodeRecord,
  type FileEpoch,
  type LogRecord,
  type SegmentHeader,
  skipRecord,
} from './log-record.js'
import { orAbsent, type Segment, type StreamFolder } from './stream-folder.js'

/** What the folder of a stream holds. */
export interface Survey {
  /** The highest claim. */
  readonly claim: number
  /** The segments that are valid, oldest first. The last one is the only one that may grow. */
  readonly segments: readonly Segment[]
  readonly epochs: readonly FileEpoch[]
  readonly header: SegmentHeader
}

/** A stream whose first producer has not begun its first segment, or has died before. */
export interface EmptyFolder {
  readonly claim: number
  readonly segments: readonly []
}

/** What the last segment of a stream ends with. */
export interface SegmentTail {
  /** The number of the next event. */
  readonly next: number
  readonly own: string | undefined
  readonly state: Extract<LogRecord, { kind: 'ended' | 'paused' }> | undefined
  /** The bytes of whole records. Those behind them are torn. */
  readonly bytes: number
}

/**
 * The segments of a stream up to a claim. Those of producers that were fenced before they began a segment, and what
 * producers have appended after they were fenced, are not among them.
 *
 * @param below only segments of claims before this one
 */
export async function survey(
  folder: StreamFolder,
  below = Number.POSITIVE_INFINITY,
): Promise<Survey | EmptyFolder | undefined> {
  for (;;) {
    const entries = await folder.entries()
    if (entries === undefined) return undefined
    const claim = entries.claims.findLast((each) => each < below) ?? 0
    const last = entries.segments.findLast((each) => each.claim < below)
    if (last === undefined) return { claim, segments: [] }
    const header = await headerOf(folder, last)
    // It was removed meanwhile, by a producer that has begun another one.
    if (header === undefined) continue
    const { epochs } = header
    const segments = entries.segments.filter((each) => {
      const at = epochs.findIndex((epoch) => epoch.claim === each.claim)
      const end = epochs[at + 1]?.first ?? Number.POSITIVE_INFINITY
      return at !== -1 && each.first < end && each.claim < below
    })
    return { claim, segments, epochs, header }
  }
}

/** The numbers of the events of a survey whose last segment ends before `next`. */
export function retainedBy({ segments, epochs }: Survey, next: number): Retained {
  return { epochs, first: segments[0]?.first ?? next, next }
}

/** The header of a segment; undefined where it was removed. */
async function headerOf(
  folder: StreamFolder,
  segment: Segment,
): Promise<SegmentHeader | undefined> {
  let decoded: Decoded = { kind: 'incomplete', needs: HEADER_SIZE }
  while (decoded.kind === 'incomplete') {
    const { needs } = decoded
    const bytes = await readSegment(folder.at(segment.name), needs)
    if (bytes === undefined) return undefined
    decoded = decodeRecord(bytes, 0)
    if (bytes.length < needs) break
  }
  if (decoded.kind === 'record' && decoded.record.kind === 'header') return decoded.record.header
  throw corrupt(segment)
}

/** Bytes of usual headers. */
const HEADER_SIZE = 4096

/** Finds the end of a segment. A record that is torn, or not what was written, ends it. */
export async function tailOf(
  folder: StreamFolder,
  segment: Segment,
): Promise<SegmentTail | undefined> {
  const bytes = await readSegment(folder.at(segment.name), Number.POSITIVE_INFINITY)
  if (bytes === undefined) return undefined
  let [at, count] = [0, 0]
  let [own, state]: [string | undefined, SegmentTail['state']] = [undefined, undefined]
  let lastEvent: number | undefined
  for (;;) {
    const skipped = skipRecord(bytes, at)
    if (skipped.kind === 'event') {
      count += 1
      lastEvent = at
    } else if (skipped.kind === 'state') {
      const record = recordAt(bytes, at)
      if (record?.kind === 'header') own = record.header.own
      else if (record?.kind !== 'event') state = record
    } else break
    at = skipped.end
  }
  const last = lastEvent === undefined ? undefined : recordAt(bytes, lastEvent)
  if (last?.kind === 'event') own = last.own
  return { next: segment.first + count, own, state, bytes: at }
}

function recordAt(bytes: Buffer, at: number): LogRecord | undefined {
  const decoded = decodeRecord(bytes, at)
  return decoded.kind === 'record' ? decoded.record : undefined
}

async function readSegment(path: string, most: number): Promise<Buffer | undefined> {
  const handle = await orAbsent(open(path, 'r'))
  if (handle === undefined) return undefined
  try {
    if (most === Number.POSITIVE_INFINITY) return await handle.readFile()
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(most), 0, most, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

export function corrupt({ name }: Segment): LastbyteError {
  return new LastbyteError(
    'SOURCE_FAILED',
    `Cannot read the log of a stream: ${name} has a record that is not what was written`,
    { segment: name },
  )
}
