import type { Clock } from './injection.js'
import type { Ended } from './journal.js'
import type { FaultRequest } from './request-match.js'
import type { RequestRecord } from './request-record.js'

/** A request that has arrived, with its clock. */
export interface ArrivedRequest {
  readonly request: FaultRequest
  readonly clock: Clock
  /** Its entry in the journal of all requests; absent where none is kept. */
  readonly record?: RequestRecord | undefined
}

/** How a response ended. */
export interface SessionEnd {
  /** null if no status line was sent. */
  readonly status: number | null
  /** Body bytes that the kernel has accepted. */
  readonly written: number
  readonly ended: Ended
}
