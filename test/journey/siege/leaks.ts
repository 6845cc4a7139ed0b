import type { SiegeResult } from './run.js'

/** Bytes by which the memory of all processes may have grown: heaps shrink slowly, caches are of fixed size. */
const MOST_GROWTH = 300e6

/** What the servers hold after a siege that they did not hold before. */
export function leaks({ before, after }: SiegeResult): string[] {
  const found: string[] = []
  if (after.descriptors > before.descriptors) {
    found.push(`expected at most ${before.descriptors} descriptors; received ${after.descriptors}`)
  }
  const growth = after.memory - before.memory
  if (growth > MOST_GROWTH) {
    found.push(`expected at most ${MOST_GROWTH} bytes of memory more; received ${growth}`)
  }
  return found
}
