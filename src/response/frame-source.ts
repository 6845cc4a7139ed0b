import { createHash } from 'node:crypto'
import { chunksWithDeadline } from '../async/chunks-with-deadline.js'
import { LastbyteError } from '../errors.js'
import type { Version } from '../fault/fault.js'
import type { Slice } from '../http/byte-range.js'
import { formatDigest } from '../http/digest-fields.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Growth } from '../source/growth.js'
import { askerOf } from './asker.js'

/** The slice of a representation that a response in frames sends. */
export interface Selected {
  readonly slice: Slice
  /** The position of the first byte to send; after a reconnect, it is behind the start of the slice. */
  readonly next: number
  /** Called with the digest of the whole slice before its last bytes are framed. */
  readonly reportDigest: (digest: string) => void
}

/** The bytes of a version from `next` on. Then calls `reportDigest` with the digest of the slice. */
export async function* selectedBytes(
  exchange: Exchange,
  found: FoundRepresentation,
  version: Version,
  { slice, next, reportDigest }: Selected,
): AsyncGenerator<Uint8Array> {
  const { context, transfer } = exchange
  const mayTell = version.digests === 'sent' && context.settings.digest !== 'off'
  // With faults, the digest is computed from the correct bytes, so that the client can detect wrong ones.
  const hasAll = next === slice.start && exchange.faults === undefined
  const before = mayTell && !hasAll ? digestBeforehand(exchange, found, slice) : undefined
  const hash = mayTell && hasAll ? createHash('sha-256') : undefined
  const left = { start: next, end: slice.end }
  let length = 0
  async function* read() {
    const chunks = version.read(left, transfer.signal)
    const ms = context.settings.sourceTimeout
    const limit = { ms, error: () => sourceStalled(ms) }
    for await (const chunk of chunksWithDeadline(chunks, transfer.signal, limit)) {
      length += chunk.length
      if (next + length > slice.end) throw misfit(slice.end, next + length)
      hash?.update(chunk)
      yield chunk
    }
    if (next + length !== slice.end) throw misfit(slice.end, next + length)
  }
  yield* withFaults(exchange, left, read())
  const digest = hash?.digest() ?? (await before)
  if (digest !== undefined) reportDigest(formatDigest('sha-256', digest))
}

/** The bytes of a growing file from `next` on. Then calls `reportDigest`, if they start at byte 0. */
export async function* followedBytes(
  exchange: Exchange,
  growth: Growth,
  { slice, next, reportDigest }: Selected,
): AsyncGenerator<Uint8Array> {
  const { context, transfer } = exchange
  const { digest, streams } = context.settings
  const hash = digest !== 'off' && next === slice.start ? createHash('sha-256') : undefined
  async function* read() {
    for await (const chunk of growth.follow(next, streams.followIdle, transfer.signal)) {
      hash?.update(chunk)
      yield chunk
    }
  }
  yield* withFaults(exchange, { start: next, end: Number.POSITIVE_INFINITY }, read())
  if (hash !== undefined) reportDigest(formatDigest('sha-256', hash.digest()))
}

function withFaults({ faults }: Exchange, slice: Slice, chunks: AsyncIterable<Uint8Array>) {
  return faults?.session.slice(slice, chunks) ?? chunks
}

/** Computes the digest of a slice that is not read from its start, if a response waits for one of its size. */
function digestBeforehand(
  { context, requested, transfer }: Exchange,
  { key, representation }: FoundRepresentation,
  slice: Slice,
): Promise<Uint8Array | undefined> | undefined {
  const { etag, query } = representation.facts
  const { digestLimit, digestMaximum } = context.settings
  const most = Math.min(digestLimit, digestMaximum)
  if (etag === undefined || slice.end - slice.start > most) return undefined
  const subject = { key, query, etag, slice, algorithm: 'sha-256' } as const
  return requested.served.digests
    .compute(subject, transfer.signal, askerOf(transfer))
    .catch(() => undefined)
}

function sourceStalled(ms: number): LastbyteError {
  const message = `Cannot continue reading: the source sent nothing for ${ms} ms`
  return new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout: ms })
}

function misfit(end: number, at: number): LastbyteError {
  const message = `Cannot send frames: the source ended at byte ${at}, not at byte ${end} as announced`
  return new LastbyteError('SOURCE_SHORT', message, { end, at })
}
