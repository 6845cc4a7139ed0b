import type { RateLimit } from '../rate-limit.js'
import type { ReadPolicy } from '../read-policy.js'
import type { PartFile } from './part-file.js'
import type { Verification } from './verification.js'

/** The state that the steps of one download share. */
export interface DownloadTask {
  readonly policy: ReadPolicy
  readonly part: PartFile
  readonly verification: Verification
  readonly limit: RateLimit
  /** Connections at once, where the server supports ranges. */
  readonly connections: number
  readonly signal: AbortSignal
  /** Called when so many received bytes are written. `size`: of the representation, if known. */
  readonly onWritten: (bytes: number, size: number | undefined) => void
}
