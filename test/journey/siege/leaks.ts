import type { SiegeResult } from './run.js'

/**
 * Bytes by which the memory of all four processes may have grown. The servers collect garbage when they like, and a
 * worker that replaces a killed one begins with a small heap.
 */
const MOST_GROWTH = 400e6

/** What the servers hold after a siege: more descriptors than before it, or more memory than after its first quarter. */
export function leaks({ idle, before, after }: SiegeResult): string[] {
  const found: string[] = []
  // Not those after the first quarter: a worker that was killed may not have had its own again.
  const { length } = idle.descriptors
  if (after.descriptors.length > length) {
    found.push(
      `expected at most ${length} sockets and files; received ${after.descriptors.join(', ')}`,
    )
  }
  const growth = after.memory - before.memory
  if (growth > MOST_GROWTH) {
    found.push(`expected at most ${MOST_GROWTH} bytes of memory more; received ${growth}`)
  }
  return found
}
