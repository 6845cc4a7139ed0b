import type { Answer } from '../../transport/response.js'
import type { Version } from '../pinned-version.js'
import { readVersion } from '../read-version.js'
import type { DownloadTask } from './download-task.js'
import { sliceWriter } from './slice-writer.js'

/**
 * Fetches a whole representation from its first byte to its last, for a size that is unknown or a
 * version that can't be resumed.
 *
 * @param initial a response that has the whole representation as its body
 * @throws LastbyteError as `readVersion` and `PartFile` do; the signal's reason
 */
export async function fetchInOrder(
  task: DownloadTask,
  version: Version,
  initial: Answer | undefined,
): Promise<void> {
  const { policy, part, limit, signal, onWritten } = task
  const writer = sliceWriter(policy, part, 0, (start, end) => {
    onWritten(end - start, version.size)
    return undefined
  })
  const whole = { start: 0, end: undefined }
  try {
    for await (const chunk of readVersion(version, whole, policy, signal, initial)) {
      await limit.pass(chunk.length, signal)
      await writer.add(chunk)
    }
  } finally {
    // A late write of this version must not land in the bytes of the next.
    await writer.flush()
  }
}
