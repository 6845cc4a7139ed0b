import { LastbyteError } from '../../errors.js'
import type { DigestValue } from '../../http/digest-value.js'
import { unsignedUrl } from '../../http/signed-query.js'
import { type Expectations, FUNCTION, required, TEXT } from '../../validation/expectation.js'
import { wholeNumber } from '../../validation/number-expectations.js'
import { readOptions } from '../../validation/read-options.js'
import { etagOf, type Version } from '../pinned-version.js'
import { nodeTransport } from '../platform/node-transport.js'
import type { OpenTransport } from '../platform/platform.js'
import { RateLimit } from '../rate-limit.js'
import type { ReadPolicy } from '../read-policy.js'
import {
  insecureRedirects,
  readPolicy,
  STREAM_OPTIONS,
  type StreamOptions,
} from '../resumable-stream.js'
import type { DownloadTask } from './download-task.js'
import type { Downloaded, Progress } from './downloaded.js'
import { fetchDigest } from './fetch-digest.js'
import { fetchRepresentation } from './fetch-representation.js'
import { acquireLock } from './lock.js'
import { PartFile } from './part-file.js'
import { findTarget } from './target.js'
import { Verification } from './verification.js'
import { downloadInto } from './write-into.js'

/**
 * Options of `download`: those of `resumableStream` without `transport`, and where the file goes.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, rm } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 *
 * import { download, type DownloadOptions } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 * const folder = await mkdtemp(join(tmpdir(), 'example-'))
 * const options: DownloadOptions = { to: join(folder, 'clip.mp4'), connections: 2, retryFor: 5_000 }
 * const { received, size } = await download(`${server.url}/clip.mp4`, options)
 * assert.equal(received, size)
 * await rm(folder, { recursive: true })
 * await server.close()
 * ```
 */
export interface DownloadOptions extends Omit<StreamOptions, 'transport'> {
  /** The path of the file. It is created, or replaced, when the download is complete. */
  readonly to: string
  /**
   * Connections at once, if the server supports ranges.
   *
   * @default 1
   */
  readonly connections?: number
  /** Called when received bytes have been written. Default: none. */
  readonly onProgress?: (progress: Progress) => void
}

const { transport: _transport, ...STREAM } = STREAM_OPTIONS
const DOWNLOAD_OPTIONS: Expectations<DownloadOptions> = {
  ...STREAM,
  to: required(TEXT),
  connections: wholeNumber(1, 1000),
  onProgress: FUNCTION,
}

/**
 * Downloads a URL to a file that exists only when it is complete. Until then its bytes are in `FILE.part`
 * and `FILE.part.json` records them, so that the next call resumes them, in this process or another.
 *
 * A response is resumed only for the same version (RFC 9110 §13.1.5, If-Range). When the server has
 * another version, the download restarts without a byte of the earlier one. At the end the bytes are
 * compared with the digest that the server announces (RFC 9530 Repr-Digest) and with `checksum`.
 *
 * @param url an http: or https: URL
 * @returns what was downloaded, when the file is at `options.to`
 * @throws LastbyteError BAD_SETTING for an invalid option or URL; REFUSED for a status that no retry can
 *   change; UNREACHABLE for an unknown host or an invalid certificate; GAVE_UP after `retryFor` without
 *   progress; DIGEST_MISMATCH for wrong bytes, which are removed; DISK_FAILED for a failure of the file
 *   system; IN_USE if another download writes to the same file; the reason of `signal`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, readFile, rm } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { download } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 * server.faults.arm({ fault: { kind: 'truncate', at: 100_000 }, times: 1 })
 * const folder = await mkdtemp(join(tmpdir(), 'example-'))
 * const to = join(folder, 'clip.mp4')
 * await download(`${server.url}/clip.mp4`, { to })
 * assert.deepEqual(await readFile(to), await readFile('media/clip.mp4'))
 * await rm(folder, { recursive: true })
 * await server.close()
 * ```
 */
export async function download(url: string | URL, given: DownloadOptions): Promise<Downloaded> {
  const options = readOptions(given, DOWNLOAD_OPTIONS)
  const transport = nodeTransport(insecureRedirects(options))
  try {
    // Small chunks are gathered, since each write is a round trip to the thread pool.
    return await run(transport, url, options, 'kept')
  } finally {
    transport.close()
  }
}

/**
 * The same over a transport of the caller, whose connections the next download can use. Each chunk is written before the
 * next one is received, into the memory of the last: for the command, which writes without the thread pool.
 *
 * @param transport the caller closes it
 */
export function downloadOver(
  transport: Pick<OpenTransport, 'send'>,
  url: string | URL,
  given: DownloadOptions,
): Promise<Downloaded> {
  return run(transport, url, readOptions(given, DOWNLOAD_OPTIONS), 'lent')
}

async function run(
  transport: Pick<OpenTransport, 'send'>,
  url: string | URL,
  options: DownloadOptions,
  chunks: ReadPolicy['chunks'],
): Promise<Downloaded> {
  const { to, connections = 1, checksum, onProgress } = options
  const policy: ReadPolicy = {
    ...readPolicy(url, options, transport.send),
    pin: 'if-range',
    codings: 'as-sent',
    chunks,
  }
  const signal = options.signal ?? new AbortController().signal
  const target = await findTarget(to)
  if (target.kind !== 'file') {
    if (connections > 1) throw sequentialError(connections)
    return downloadInto(target, policy, { checksum, signal, onProgress, close: () => {} })
  }
  await using lock = await acquireLock(target.path)
  // Another link to the same file continues its bytes; the signature of one is not kept on the disk.
  const part = await PartFile.open(target.path, unsignedUrl(policy.url), lock)
  const verification = new Verification(part, checksum, connections === 1 ? 'once' : 'any')
  let received = 0
  const task: DownloadTask = {
    policy,
    part,
    verification,
    limit: new RateLimit(policy.limitRate, policy.clock),
    connections,
    signal,
    onWritten: (bytes, size) => {
      received += bytes
      verification.advance()
      onProgress?.({ bytes: part.bytes, size })
    },
  }
  try {
    const version = await fetchRepresentation(task)
    const verified = await verify(task, version, checksum)
    const size = part.bytes
    await verification.stop()
    await part.finish()
    const { coding: contentEncoding } = version
    return { size, etag: etagOf(version), contentEncoding, received, verified }
  } catch (error) {
    await verification.stop()
    // The first error tells why the download ended; a failure to keep its bytes would hide it.
    await part.suspend().catch(() => {})
    throw error
  }
}

/** A device or FIFO takes the bytes in order. */
function sequentialError(received: number): LastbyteError {
  const message = `connections: expected 1, because bytes are written in order into a device, FIFO or socket; received ${received}`
  return new LastbyteError('BAD_SETTING', message, { setting: 'connections', received })
}

/**
 * Checks the size and the digests of a complete part file. Wrong bytes are dropped, so that no later
 * run resumes them.
 *
 * @returns the digests that match
 * @throws LastbyteError ANSWER_BROKEN, DIGEST_MISMATCH, DISK_FAILED; the signal's reason
 */
async function verify(
  { part, verification, policy, signal }: DownloadTask,
  version: Version,
  checksum: DigestValue | undefined,
): Promise<readonly DigestValue[]> {
  const announced = version.digest ?? (await fetchDigest(version, policy, signal))
  const digests = [announced, checksum].filter((digest) => digest !== undefined)
  const { bytes } = part
  if (version.size !== undefined && version.size !== bytes) {
    const message = `Cannot keep the file: expected ${version.size} bytes; received ${bytes}`
    throw new LastbyteError('ANSWER_BROKEN', message, { wanted: version.size, received: bytes })
  }
  try {
    await verification.require(digests, bytes)
  } catch (error) {
    // A disk that can't be read doesn't prove that the bytes are wrong.
    if (error instanceof LastbyteError && error.code === 'DIGEST_MISMATCH') await part.reset()
    throw error
  }
  return digests
}
