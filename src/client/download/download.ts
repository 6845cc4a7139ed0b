import { LastbyteError } from '../../errors.js'
import type { DigestValue } from '../../http/digest-value.js'
import { RetryBudget } from '../../resume/retry-budget.js'
import { requestInitial } from '../initial-response.js'
import { etagOf, isResumable, type Version } from '../pinned-version.js'
import { nodeTransport } from '../platform/node-transport.js'
import { RateLimit } from '../rate-limit.js'
import type { ReadPolicy } from '../read-policy.js'
import { readPolicy, type StreamOptions } from '../resumable-stream.js'
import { fetchDigest } from './fetch-digest.js'
import { fetchSegments } from './fetch-segments.js'
import { acquireLock } from './lock.js'
import { PartFile } from './part-file.js'
import { verifyFile } from './verify-file.js'

/** How far a download is. */
export interface Progress {
  /** Bytes that are held, those of earlier runs included. */
  readonly bytes: number
  /** Bytes of the whole, if known. */
  readonly size: number | undefined
}

export interface DownloadOptions extends Omit<StreamOptions, 'transport'> {
  /** Where the file is to stand. It stands there when it is whole, and not before. */
  readonly to: string
  /** Connections at once, where the server has ranges. Default 1. */
  readonly connections?: number
  readonly onProgress?: (progress: Progress) => void
}

export interface Downloaded {
  /** Bytes of the file. */
  readonly size: number
  /** Its entity tag, with the quotes; undefined where the server tells no strong one. */
  readonly etag: string | undefined
  /** Bytes that came over the network in this run. */
  readonly received: number
  /** The digests that were found right; none if neither the server nor the caller had one. */
  readonly verified: readonly DigestValue[]
}

/** A job on its way. */
export interface Job {
  readonly rules: ReadPolicy
  readonly part: PartFile
  readonly limit: RateLimit
  readonly connections: number
  readonly signal: AbortSignal
  /** Bytes that have come and are written. */
  readonly count: (bytes: number, size: number | undefined) => void
}

/** What another beginning may heal: nothing of the old version is kept then. */
const ANEW = new Set(['REPRESENTATION_CHANGED', 'NOT_RESUMABLE'])

/**
 * Downloads to a file that never exists unless it is whole. What is held when it ends early is gone on
 * with by the next call, in this process or another.
 *
 * @throws LastbyteError REFUSED, UNREACHABLE, GAVE_UP, DIGEST_MISMATCH, DISK_FAILED, IN_USE; the signal's reason
 */
export async function download(url: string | URL, options: DownloadOptions): Promise<Downloaded> {
  const { to, connections = 1, checksum } = options
  await using _lock = await acquireLock(to)
  const transport = nodeTransport()
  const rules: ReadPolicy = { ...readPolicy(String(url), options, transport.send), pin: 'if-range' }
  const signal = options.signal ?? new AbortController().signal
  const part = await PartFile.open(to, nameless(url))
  let received = 0
  const count = (bytes: number, size: number | undefined) => {
    received += bytes
    options.onProgress?.({ bytes: part.bytes, size })
  }
  const limit = new RateLimit(rules.limitRate, rules.clock)
  const job: Job = { rules, part, limit, connections, signal, count }
  try {
    const version = await fetchWhole(job)
    const announced = version.digest ?? (await fetchDigest(version, rules, signal))
    const digests = [announced, checksum].filter((digest) => digest !== undefined)
    const size = part.bytes
    requireWhole(version, size)
    await keepOnlyIf(part, () => verifyFile(part, size, digests))
    await part.finish()
    return { size, etag: etagOf(version), received, verified: digests }
  } catch (error) {
    await part.leave().catch(() => {})
    throw error
  } finally {
    transport.close()
  }
}

/** A URL as it may be noted on a disk: without a name and a password. */
function nameless(url: string | URL): string {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy.href
}

/** All of one version, begun anew as often as another takes its place while there is progress. */
async function fetchWhole(job: Job): Promise<Version> {
  const { rules, part, signal } = job
  const budget = new RetryBudget(rules.retry, rules.clock.now, rules.chance)
  for (;;) {
    try {
      const begun = part.begun
      if (begun !== undefined && isResumable(begun, rules)) {
        await fetchSegments(job, begun)
        return begun
      }
      const { answer, version } = await requestInitial(rules, signal)
      await part.begin(isResumable(version, rules) ? version : { ...version, size: undefined })
      await fetchSegments(job, version, answer)
      return { ...version, size: part.bytes }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof LastbyteError) || !ANEW.has(error.code)) throw error
      await part.begin({ validator: { kind: 'none' }, size: undefined })
      const wait = budget.next()
      if (wait === undefined) throw error
      rules.onEvent({ type: 'restart', why: error.message })
      await rules.clock.wait(wait, signal)
    }
  }
}

/** @throws LastbyteError ANSWER_BROKEN */
function requireWhole({ size }: Version, held: number): void {
  if (size === undefined || size === held) return
  const message = `Cannot keep the file: ${held} bytes are here, wanted ${size}`
  throw new LastbyteError('ANSWER_BROKEN', message, { wanted: size, received: held })
}

/** Bytes that turn out wrong are worth nothing: no later run may go on with them. */
async function keepOnlyIf(part: PartFile, check: () => Promise<void>): Promise<void> {
  try {
    await check()
  } catch (error) {
    await part.begin({ validator: { kind: 'none' }, size: undefined })
    throw error
  }
}
