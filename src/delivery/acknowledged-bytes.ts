import { setTimeout as pause } from 'node:timers/promises'
import { readSendQueues, sendQueueOf } from './tcp-send-queue.js'
import type { Peer } from './transfer.js'

/** The state of a connection when the last byte of a body was written. */
export interface BodyEnd {
  readonly peer: Peer
  /** Bytes of the body that the kernel has accepted. */
  readonly written: number
  /** `length`: the body's bytes are all that was sent. `unknown`: chunk sizes were sent between them. */
  readonly framing: 'length' | 'unknown'
  /** Bytes that the connection has sent since then. */
  readonly since: () => number
}

/** ms between two reads of the kernel's tables: with many connections a read takes long. */
const POLL_INTERVAL = 20
/** ms for all reads. */
const POLL_TIMEOUT = 2_000

/**
 * Bytes of a body that the client's kernel has acknowledged. Waits up to 2 s for all of them.
 * undefined where they can't be known: not on Linux, or the connection is in no table any more.
 */
export async function acknowledgedBytes(end: BodyEnd): Promise<number | undefined> {
  const over = performance.now() + POLL_TIMEOUT
  for (;;) {
    const queue = sendQueueOf(end.peer, await readSendQueues())
    if (queue === undefined) return undefined
    const unconfirmed = Math.max(0, queue - end.since())
    if (unconfirmed === 0) return end.written
    if (performance.now() > over) {
      return end.framing === 'length' ? Math.max(0, end.written - unconfirmed) : undefined
    }
    await pause(POLL_INTERVAL, undefined, { ref: false })
  }
}
