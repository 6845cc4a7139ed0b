import { readFile, readlink } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'

/**
 * Names the processes that a lock of this process excludes. A run with the same name has ended if its lock is free;
 * of another one that can't be told: the abstract sockets of Linux belong to a network namespace of one running
 * system, and socket files and pipes to a host. undefined where the name is hidden from this process.
 */
export async function lockSpace(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `${hostname()} ${tmpdir()}`
  try {
    // Namespaces have the same numbers on each host; the number of a boot is random.
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${boot.trim()} ${await readlink('/proc/self/ns/net')}`
  } catch {
    return undefined
  }
}
