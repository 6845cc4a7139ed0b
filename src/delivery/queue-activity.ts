/** The send queue of a response's connection since the last progress of the response. */
export interface QueueState {
  /** Bytes that the client has not acknowledged; undefined where they are unknown. */
  readonly queue: number | undefined
  /** How many of them may belong to the response: those that were queued at its last progress. */
  readonly backlog: number
}

/** The state before the first observation after a progress. */
export const UNOBSERVED: QueueState = { queue: undefined, backlog: 0 }

/**
 * How the queue changed. `backlog`: the client has acknowledged bytes that may belong to the response.
 * `other`: bytes were written or acknowledged, on a shared connection possibly those of other streams.
 */
export type QueueChange = 'none' | 'backlog' | 'other'

/** The next state of a queue, and how it changed. */
export function observeQueue(
  { queue: last, backlog }: QueueState,
  queue: number | undefined,
): { readonly state: QueueState; readonly change: QueueChange } {
  if (last === undefined) return { state: { queue, backlog: queue ?? 0 }, change: 'none' }
  const acknowledged = last - (queue ?? last)
  const state = { queue, backlog: backlog - Math.max(0, acknowledged) }
  if (queue === last) return { state, change: 'none' }
  return { state, change: acknowledged > 0 && backlog > 0 ? 'backlog' : 'other' }
}
