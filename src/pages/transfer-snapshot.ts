/** A transfer as `/-/transfers` shows it. */
export interface ShownTransfer {
  /** Unique among all processes of all times, so that an old id ends no other transfer. */
  readonly id: string
  readonly method: string
  /** Percent-encoded, without the query. */
  readonly path: string
  /** The Range field as received; absent without one. */
  readonly range?: string
  /** The address of the client, as a trusted proxy reports it. */
  readonly client?: string
  readonly protocol?: string
  /** 0 while no header section was sent. */
  readonly status: number
  /** Body bytes that the kernel has accepted. */
  readonly bytes: number
  /** Bytes of the complete body; absent if they are not known. */
  readonly expected?: number
  /** Source reads that were resumed after a failure. */
  readonly heals: number
  /** ms since the request; of a finished transfer, until its end. */
  readonly ms: number
  /** The number of the worker; absent where one process serves alone. */
  readonly worker?: number
}

export interface RunningTransfer extends ShownTransfer {
  /** Bytes a second, averaged over the last seconds. */
  readonly rate: number
  /** The side that the transfer waits for: `source`, `client` or `server`. */
  readonly waitingFor: string
  /** Whether the client accepts nothing at the moment. */
  readonly stalling: boolean
}

export interface FinishedTransfer extends ShownTransfer {
  /** As in the log: `complete`, `client-gone`, `killed`, … */
  readonly outcome: string
  /** When it ended: RFC 3339, in UTC. */
  readonly ended: string
  /** Why it ended early; absent for a complete one. */
  readonly reason?: string
}

/** Sums over all transfers, those that are not shown included. */
export interface TransferTotals {
  readonly running: number
  readonly stalled: number
  /** Bytes a second. */
  readonly rate: number
  /** Since the start. */
  readonly bytes: number
  readonly heals: number
}

/** Bytes a second of all transfers together, for each second. */
export interface RateHistory {
  /** The second after the last of the rates, counted from the epoch. */
  readonly until: number
  /** The oldest first. */
  readonly rates: readonly number[]
}

/** What `/-/transfers` responds. */
export interface TransferSnapshot {
  /** The running transfers, the oldest first: at most 1000. */
  readonly transfers: readonly RunningTransfer[]
  /** Those that ended last, the newest first. */
  readonly finished: readonly FinishedTransfer[]
  readonly totals: TransferTotals
  readonly history: RateHistory
}
