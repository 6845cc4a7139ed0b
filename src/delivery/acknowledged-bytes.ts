import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectionTables } from './tcp-send-queue.js'
import type { Peer } from './transfer.js'

/** The state of a connection when the last byte of a body was written. */
export interface BodyEnd {
  readonly peer: Peer
  /** Bytes of the body that the kernel has accepted. */
  readonly written: number
  /** `length`: only bytes of the body were sent. `unknown`: chunk sizes were sent between them. */
  readonly framing: 'length' | 'unknown'
  /** Bytes that were written to the connection since then. */
  readonly since: () => number
  /** Bytes of the connection that the kernel holds unacknowledged; undefined where no system call tells. */
  readonly queued: () => number | undefined
}

/** ms between two reads of the kernel's tables, which are slow with many connections. */
const POLL_INTERVAL = 20
/** ms after which polling ends. */
const POLL_TIMEOUT = 2_000

/**
 * Bytes of a body that the client's kernel has acknowledged. Waits up to 2 s for all of them.
 * undefined where they are unknown: not on Linux, or the connection is no longer in the tables.
 */
export async function acknowledgedBytes(
  end: BodyEnd,
  tables: ConnectionTables,
): Promise<number | undefined> {
  const over = performance.now() + POLL_TIMEOUT
  for (;;) {
    const isOver = performance.now() > over
    let queue = end.queued()
    // The tables know a closed connection too, and don't count a FIN as a byte. Reading them takes milliseconds.
    if (queue === undefined || isOver) queue = await tables.queueOf(end.peer)
    if (queue === undefined) return undefined
    const unconfirmed = Math.max(0, queue - end.since())
    if (unconfirmed === 0) return end.written
    if (isOver) {
      return end.framing === 'length' ? Math.max(0, end.written - unconfirmed) : undefined
    }
    await pause(POLL_INTERVAL, undefined, { ref: false })
  }
}
