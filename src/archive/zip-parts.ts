import type { Slice } from '../http/byte-range.js'
import { readExactly } from '../source/read-exactly.js'
import type { Representation, RepresentationPart } from '../source/representation.js'
import { Gathered, SHORT_RUN } from './gathered.js'
import type { MemberCrcs } from './member-crcs.js'
import type { MemberIndex } from './member-index.js'
import { SmallMembers } from './small-members.js'
import {
  centralHeader,
  dataDescriptor,
  endRecords,
  localHeader,
  localLengths,
} from './zip-records.js'

/** What an archive is read from. */
export interface ZipContent {
  readonly members: MemberIndex
  readonly crcs: MemberCrcs
  /** @throws LastbyteError REPRESENTATION_CHANGED; errors of `ByteSource.open` */
  open(member: number, signal: AbortSignal): Promise<Representation>
}

/** One reading of a slice. */
interface Reading {
  readonly content: ZipContent
  readonly slice: Slice
  readonly signal: AbortSignal
  readonly isDirect: (part: RepresentationPart) => boolean
}

type ZipPart = Uint8Array | RepresentationPart

/**
 * The bytes of a slice of an archive. The CRC of a member is needed only where the slice has its descriptor or its
 * entry in the central directory: it is computed from the bytes that are passed on, or else from a reading of its own.
 *
 * @param isDirect which parts of members the caller sends itself; the others are read here
 */
export async function* zipParts(reading: Reading): AsyncGenerator<ZipPart> {
  const gathered = new Gathered()
  for await (const part of ungathered(reading)) {
    const isShort = part instanceof Uint8Array && part.length <= SHORT_RUN
    if (!isShort || !gathered.fits(part)) {
      const before = gathered.take()
      if (before !== undefined) yield before
    }
    if (isShort) gathered.add(part)
    else yield part
  }
  const rest = gathered.take()
  if (rest !== undefined) yield rest
}

async function* ungathered(reading: Reading): AsyncGenerator<ZipPart> {
  const { content, slice } = reading
  const { members, crcs } = content
  const { offsets, central, end } = members.places()
  const within = (start: number) => start < slice.end
  const count = members.count
  const first = lastAtMost(offsets, slice.start)
  const open = (index: number) => content.open(index, reading.signal)
  const last = Math.min(count, lastAtMost(offsets, slice.end) + 1)
  const small = new SmallMembers(members, last, open, reading.signal)
  for (let index = first; index < count; index += 1) {
    const start = offsets[index] as number
    if (!within(start)) return
    yield* memberParts({ ...reading, small }, index, start)
  }
  for (let index = lastAtMost(central, slice.start); index < count; index += 1) {
    const start = central[index] as number
    if (!within(start)) return
    if (slice.start >= (central[index + 1] ?? end)) continue
    const crc = await crcs.of(index, reading.signal)
    const entry = { ...members.member(index), crc, offset: offsets[index] as number }
    yield* clipped(slice, start, centralHeader(entry))
  }
  const start = central[0] ?? 0
  yield* clipped(slice, end, endRecords({ members: count, start, size: end - start }))
}

async function* memberParts(
  { content, slice, signal, isDirect, small }: Reading & { readonly small: SmallMembers },
  index: number,
  start: number,
): AsyncGenerator<ZipPart> {
  const { members, crcs } = content
  const member = members.member(index)
  const header = localHeader(member)
  yield* clipped(slice, start, header)
  if (member.kind === 'folder') return
  const data = start + header.length
  const within = {
    start: Math.max(slice.start - data, 0),
    end: Math.min(slice.end - data, member.size),
  }
  const after = data + member.size
  const { descriptor: length } = localLengths(member)
  const hasDescriptor = slice.end > after && slice.start < after + length
  const needsReading = hasDescriptor && !crcs.isKnown(index)
  const isWhole = within.start === 0 && within.end === member.size
  if (isWhole && small.isSmall(index)) {
    const bytes = await small.take(index)
    if (needsReading) crcs.note(index, bytes)
    yield bytes
  } else if (within.start < within.end) {
    const representation = await content.open(index, signal)
    try {
      const part = { representation, slice: within }
      const chunks = () => readExactly(representation, within, signal)
      if (needsReading && within.start === 0) {
        yield* crcs.passing(index, chunks())
      } else {
        // Computed while the bytes are sent, which takes longer.
        if (needsReading) crcs.begin(index, signal)
        if (isDirect(part)) yield part
        else yield* chunks()
      }
    } finally {
      await representation.close()
    }
  }
  if (!hasDescriptor) return
  const descriptor = dataDescriptor(member, await crcs.of(index, signal))
  yield* clipped(slice, after, descriptor)
}

/** The part of a record, whose first byte is at a position of the archive, that lies within a slice. */
function* clipped(slice: Slice, position: number, record: Uint8Array): Generator<Uint8Array> {
  const from = Math.max(slice.start - position, 0)
  const to = Math.min(slice.end - position, record.length)
  if (from < to) yield record.subarray(from, to)
}

/** The index of the last start at or before a position; 0 where all are behind it. */
function lastAtMost(starts: Float64Array, position: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] as number) <= position) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
