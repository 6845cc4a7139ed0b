import { LastbyteError } from '../../errors.js'
import { type RetryPort, retryUntilDone } from '../../resume/retry-loop.js'
import { clientRetry } from '../client-retry.js'
import { requestInitial } from '../initial-response.js'
import { isResumable, type Version } from '../pinned-version.js'
import type { DownloadTask } from './download-task.js'
import { fetchInOrder } from './fetch-in-order.js'
import { fetchLive } from './fetch-live.js'
import { fetchSegments } from './fetch-segments.js'
import { isLive, LIVE_SIZE } from './sidecar-format.js'

/** Errors after which the download restarts from byte 0, without a byte of the earlier version. */
const RESTART = new Set(['REPRESENTATION_CHANGED', 'NOT_RESUMABLE'])

/**
 * Fetches all bytes of one version into the part file. It resumes the version that the part file has,
 * and restarts when the server has replaced it.
 *
 * @returns the version that the part file now contains, with its size
 * @throws LastbyteError REFUSED, UNREACHABLE, GAVE_UP, DISK_FAILED; the signal's reason
 */
export function fetchRepresentation(task: DownloadTask): Promise<Version> {
  const { policy, part, signal } = task
  const port: RetryPort = {
    ...clientRetry(policy),
    retryable(thrown) {
      if (needsRestart(thrown)) return thrown
      throw thrown
    },
    exhausted: (error) => error,
    onRetry: ({ error }) => policy.onEvent({ type: 'restart', why: error.message }),
  }
  const attempt = async () => {
    try {
      return await fetchVersion(task)
    } catch (error) {
      if (!signal.aborted && needsRestart(error)) {
        // Its thread must not read what takes the place of these bytes.
        await task.verification.stop()
        await part.reset()
      }
      throw error
    }
  }
  return retryUntilDone(port, attempt, signal)
}

function needsRestart(error: unknown): error is LastbyteError {
  return error instanceof LastbyteError && RESTART.has(error.code)
}

/** Resumes the version of the part file, or fetches the one that the server has now. */
async function fetchVersion(task: DownloadTask): Promise<Version> {
  const { policy, part, verification, signal } = task
  const stored = part.version
  if (stored !== undefined && isLive(stored)) {
    return fetchLive(task, { ...stored, size: undefined }, undefined)
  }
  if (stored !== undefined && isResumable(stored, policy)) {
    await verification.begin(stored)
    await fetchSegments(task, stored, undefined)
    return stored
  }
  const { response, version } = await requestInitial(policy, signal)
  await part.reset()
  const { size } = version
  if (size === undefined && policy.live && isResumable(version, policy)) {
    await part.record({ ...version, size: LIVE_SIZE })
    return fetchLive(task, version, response)
  }
  if (size === undefined || !isResumable(version, policy)) {
    await fetchInOrder(task, version, response)
  } else {
    const sized = { ...version, size }
    await part.record(sized)
    await verification.begin(sized)
    await fetchSegments(task, sized, response)
  }
  return { ...version, size: part.bytes }
}
