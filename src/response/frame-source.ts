import { createHash } from 'node:crypto'
import { chunksWithDeadline } from '../async/chunks-with-deadline.js'
import { LastbyteError } from '../errors.js'
import type { Version } from '../fault/fault.js'
import type { Slice } from '../http/byte-range.js'
import { formatDigest } from '../http/digest-fields.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Growth } from '../source/representation.js'

/** The bytes that the frames of a response contain. */
export interface Selected {
  readonly slice: Slice
  /** The first byte that is sent: after a reconnect, behind the start of the slice. */
  readonly next: number
  /** Called with the digest of the whole slice before the frame of its last byte ends. */
  readonly tell: (digest: string) => void
}

/** The bytes of a version from `next` on. At their end `tell` gets the digest of the slice. */
export async function* selectedBytes(
  exchange: Exchange,
  found: FoundRepresentation,
  version: Version,
  { slice, next, tell }: Selected,
): AsyncGenerator<Uint8Array> {
  const { context, transfer } = exchange
  const mayTell = version.digests === 'sent' && context.settings.digest !== 'off'
  // With faults the digest is of the true bytes, so that the client can detect the false ones.
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
  if (digest !== undefined) tell(formatDigest('sha-256', digest))
}

/** The bytes of a file that is still written, from `next` on. At their end `tell` gets the digest. */
export async function* followedBytes(
  exchange: Exchange,
  growth: Growth,
  { slice, next, tell }: Selected,
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
  if (hash !== undefined) tell(formatDigest('sha-256', hash.digest()))
}

function withFaults({ faults }: Exchange, slice: Slice, chunks: AsyncIterable<Uint8Array>) {
  return faults?.session.slice(slice, chunks) ?? chunks
}

/**
 * The digest of a slice whose start a resumed response does not read, if it has at most `digestLimit`
 * bytes.
 */
function digestBeforehand(
  { context, requested, transfer }: Exchange,
  { key, representation }: FoundRepresentation,
  slice: Slice,
): Promise<Uint8Array | undefined> | undefined {
  const { etag, query } = representation.facts
  if (etag === undefined || slice.end - slice.start > context.settings.digestLimit) return undefined
  const subject = { key, query, etag, slice, algorithm: 'sha-256' } as const
  return requested.served.digests.compute(subject, transfer.signal).catch(() => undefined)
}

function sourceStalled(ms: number): LastbyteError {
  const message = `Cannot continue reading: the source sent nothing for ${ms} ms`
  return new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout: ms })
}

function misfit(end: number, at: number): LastbyteError {
  const message = `Cannot send frames: the source ended at byte ${at}, not at byte ${end} as announced`
  return new LastbyteError('SOURCE_SHORT', message, { end, at })
}
