import type { BigIntStats } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { statDescriptor } from './descriptor.js'
import type { FileIdentity } from './file-version.js'

/**
 * ms after which a write is certain to change the ctime again. Kernels stamp files from a clock that ticks
 * every 1 to 10 ms; two writes within one tick leave the same ctime.
 */
export const CLOCK_GRAIN = 20

/** How often the stat of a fresh file is repeated before the file is served without a validator. */
const MOST_STATS = 5

/** The clock that ctimes are compared with; tests pass their own. */
export interface FileClock {
  /** ms since the epoch. */
  now(): number
  /** @throws the signal's reason */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export const SYSTEM_CLOCK: FileClock = {
  now: () => Date.now(),
  async wait(ms, signal) {
    await delay(ms, undefined, { signal }).catch((error) => {
      signal.throwIfAborted()
      throw error
    })
  },
}

/**
 * Whether another write at `now` could leave the ctime unchanged. A ctime further in the future was
 * stamped by another machine's clock, which says nothing about this one's ticks.
 */
export function isFresh({ ctimeNs }: FileIdentity, now: number): boolean {
  return Math.abs(now - Number(ctimeNs) / 1e6) < CLOCK_GRAIN
}

/** A stat, and whether any later write is certain to show in it. */
export interface SettledStat {
  readonly stat: BigIntStats
  readonly settled: boolean
}

/**
 * Stats an open file until its ctime is older than the clock's grain, at most five times. The time is read
 * before each stat, so that a write between the two cannot be missed.
 *
 * @throws the signal's reason; the error of fstat(2)
 */
export async function settledStat(
  descriptor: number,
  clock: FileClock,
  signal: AbortSignal,
): Promise<SettledStat> {
  for (let stats = 1; ; stats += 1) {
    const now = clock.now()
    const stat = await statDescriptor(descriptor)
    const settled = !stat.isFile() || !isFresh(stat, now)
    if (settled || stats === MOST_STATS) return { stat, settled }
    await clock.wait(CLOCK_GRAIN, signal)
  }
}
