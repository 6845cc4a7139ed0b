import type { BigIntStats } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { statDescriptor } from './descriptor.js'
import type { FileIdentity } from './file-version.js'
import type { WriterCheck, Writers } from './open-writers.js'

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

/** ms of one wait: a file of 40 MB is settled after all of them even if it may be written to. */
const LONGEST_WAIT = 100
const LONGEST_COARSE_WAIT = 2_100

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

/**
 * Bytes a second of the slowest write to expect. A write sets the ctime once, when it begins, and a single one may
 * copy gigabytes.
 */
const SLOWEST_WRITE = 100_000_000

/** ms after which a stat is settled whose ctime was set at 0. */
function settlingTime(stat: Pick<FileIdentity, 'ctimeNs' | 'size'>, found: Writers): number {
  const writing = found === 'none' ? 0 : (Number(stat.size) / SLOWEST_WRITE) * 1_000
  return grainOf(stat) + writing
}

/**
 * What a stat proves. `settled`: every later write shows in it, and none is under way. `written`: a write of many
 * bytes may be under way. `fresh`: another write may leave the same ctime.
 */
export type Settlement = 'settled' | 'written' | 'fresh'

/** A stat, and what it proves. */
export interface SettledStat {
  readonly stat: BigIntStats
  readonly settlement: Settlement
}

/** What a stat is judged by. */
export interface StatJudge {
  readonly clock: FileClock
  readonly writers: WriterCheck
}

/**
 * Stats an open file until it is settled, at most five times. The time is read and writers are looked for before
 * each stat, so that a write between the two cannot be missed.
 *
 * @throws the signal's reason; the error of fstat(2)
 */
export async function settledStat(
  descriptor: number,
  { clock, writers }: StatJudge,
  signal: AbortSignal,
): Promise<SettledStat> {
  for (let stats = 1; ; stats += 1) {
    const now = clock.now()
    const found = writers(descriptor)
    const stat = await statDescriptor(descriptor)
    const settlement = settlementOf(stat, now, found)
    const most = isCoarse(stat) ? MOST_COARSE_STATS : MOST_STATS
    if (settlement === 'settled' || stats >= most) return { stat, settlement }
    const rest = settlingTime(stat, found) - Math.max(0, ageOf(stat, now))
    const longest = isCoarse(stat) ? LONGEST_COARSE_WAIT : LONGEST_WAIT
    const wait = Math.min(Math.ceil(rest), longest)
    await clock.wait(Math.max(CLOCK_GRAIN, wait), signal)
  }
}

function settlementOf(stat: BigIntStats, now: number, found: Writers): Settlement {
  if (!stat.isFile()) return 'settled'
  if (isFresh(stat, now)) return 'fresh'
  return isSettled(stat, now, found) ? 'settled' : 'written'
}

/** Whether every later write shows in the stat of a regular file, and none is under way. */
export function isSettled(
  stat: Pick<FileIdentity, 'ctimeNs' | 'size'>,
  now: number,
  found: Writers,
): boolean {
  return Math.abs(ageOf(stat, now)) >= settlingTime(stat, found)
}
