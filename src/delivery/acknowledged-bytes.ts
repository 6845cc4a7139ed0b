import { setTimeout as pause } from 'node:timers/promises'
import { readSendQueues, sendQueueOf } from './tcp-send-queue.js'
import type { Peer } from './transfer.js'

/** The end of a body on a connection, as it stood when its last byte was written. */
export interface BodyEnd {
  readonly peer: Peer
  /** Bytes of the body that the system has taken. */
  readonly written: number
  /** Whether those are all that its bytes on the wire are: no chunk sizes between them. */
  readonly framing: 'length' | 'unknown'
  /** Bytes that the connection has sent since. */
  readonly since: () => number
}

/** ms between two looks, and of them all: where there are many connections, a look takes its time. */
const PERIOD = 20
const PATIENCE = 2_000

/**
 * Bytes of a body that the client's system has confirmed: waited for until they are all, for 2 s.
 * undefined where that can't be known: not on Linux, or the connection is gone without a trace.
 */
export async function acknowledgedBytes(end: BodyEnd): Promise<number | undefined> {
  const over = performance.now() + PATIENCE
  for (;;) {
    const queue = sendQueueOf(end.peer, await readSendQueues())
    if (queue === undefined) return undefined
    const unconfirmed = Math.max(0, queue - end.since())
    if (unconfirmed === 0) return end.written
    if (performance.now() > over) {
      return end.framing === 'length' ? Math.max(0, end.written - unconfirmed) : undefined
    }
    await pause(PERIOD, undefined, { ref: false })
  }
}
