import { releaseIterator } from '../../async/release-iterator.js'
import type { Answer } from '../../transport/response.js'
import type { Version } from '../pinned-version.js'
import { LIVE } from '../read-live.js'
import { readVersion } from '../read-version.js'
import type { DownloadTask } from './download-task.js'
import { sliceWriter } from './slice-writer.js'

/** Bytes between two syncs, of which a kill loses no more. */
const CHECKPOINT = 1024 * 1024

/** ms without a chunk after which the received ones are written. */
const QUIET = 200

/**
 * Fetches a growing file until it is finished, from the end of the bytes that the part file has.
 *
 * @param initial a response that begins with the first byte
 * @returns the version, with the size that the finished file has
 * @throws LastbyteError as `readVersion` and `PartFile` do; the signal's reason
 */
export async function fetchLive(
  { policy, part, limit, signal, onWritten }: DownloadTask,
  version: Version,
  initial: Answer | undefined,
): Promise<Version> {
  const [first] = part.slices
  const start = first?.start === 0 ? first.end : 0
  const live = { ...policy, live: LIVE }
  const writer = sliceWriter(policy, part, start, (from, to) => {
    onWritten(to - from, undefined)
    return part.checkpoint(CHECKPOINT)
  })
  const chunks = readVersion(version, { start, end: undefined }, live, signal, initial)
  try {
    for (;;) {
      const reading = chunks.next()
      if (await isQuiet(reading)) await writer.flush()
      const { done, value } = await reading
      if (done) break
      await limit.pass(value.length, signal)
      await writer.add(value)
    }
  } finally {
    releaseIterator(chunks)
    await writer.flush()
  }
  return { ...version, size: part.bytes }
}

/** Whether a chunk does not arrive soon, so that those before it are written meanwhile. */
async function isQuiet(reading: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const quiet = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), QUIET)
  })
  const arrived = reading.then(
    () => false,
    () => false,
  )
  try {
    return await Promise.race([arrived, quiet])
  } finally {
    clearTimeout(timer)
  }
}
