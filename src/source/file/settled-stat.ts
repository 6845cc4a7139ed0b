import type { BigIntStats } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { statDescriptor } from './descriptor.js'
import type { FileIdentity } from './file-version.js'

/**
 * ms after which a write is certain to change a ctime that is kept in ns. Kernels stamp files from a clock that
 * ticks every 1 to 10 ms; two writes within one tick leave the same ctime.
 */
export const CLOCK_GRAIN = 20

/** Units to which file systems cut their times, in ns, and the longest time in ms between two of their stamps. */
const CUTS = [
  // ext3, ext4 with inodes of 128 bytes and HFS+ store seconds, FAT and exFAT even ones.
  [1_000_000_000n, 2_000],
  [100_000_000n, 100],
  // exFAT stores 10 ms for some of its times.
  [10_000_000n, 10],
] as const

/** How often the stat of a fresh file is repeated before the file is served without a validator. */
const MOST_STATS = 5
/** The same where the grain is a second or more, so that a request waits for at most about 4 s. */
const MOST_COARSE_STATS = 3

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
 * ms after which a write is certain to change this ctime. The value itself shows how its file system cuts
 * times: one in a billion that is kept in ns is a whole second by chance, and is fresh for longer than it has to.
 */
export function grainOf({ ctimeNs }: Pick<FileIdentity, 'ctimeNs'>): number {
  const cut = CUTS.find(([unit]) => ctimeNs % unit === 0n)
  return CLOCK_GRAIN + (cut?.[1] ?? 0)
}

/** Whether a ctime may be one of a file system that stores seconds. */
export function isCoarse(identity: Pick<FileIdentity, 'ctimeNs'>): boolean {
  return grainOf(identity) > 1_000
}

/**
 * Whether another write at `now` could leave the ctime unchanged. A ctime further in the future was
 * stamped by another machine's clock, which says nothing about this one's ticks.
 */
export function isFresh(identity: Pick<FileIdentity, 'ctimeNs'>, now: number): boolean {
  return Math.abs(ageOf(identity, now)) < grainOf(identity)
}

function ageOf({ ctimeNs }: Pick<FileIdentity, 'ctimeNs'>, now: number): number {
  return now - Number(ctimeNs) / 1e6
}

/** A stat, and whether any later write is certain to show in it. */
export interface SettledStat {
  readonly stat: BigIntStats
  readonly settled: boolean
}

/**
 * Stats an open file until its ctime is older than its grain, at most five times. The time is read before each
 * stat, so that a write between the two cannot be missed.
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
    const most = isCoarse(stat) ? MOST_COARSE_STATS : MOST_STATS
    if (settled || stats >= most) return { stat, settled }
    const rest = isCoarse(stat) ? grainOf(stat) - Math.max(0, ageOf(stat, now)) : 0
    await clock.wait(Math.max(CLOCK_GRAIN, Math.ceil(rest)), signal)
  }
}
