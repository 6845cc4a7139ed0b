import type { BigIntStats } from 'node:fs'
import { LRUCache } from 'lru-cache'
import { loadSystemCalls, type SystemCalls } from '../system-calls.js'
import type { Facts, Held } from './byte-source.js'
import { lookAtOnce } from './descriptor.js'
import { isSame, versionAt } from './file-version.js'
import { PROVEN } from './open-files.js'

/** Bytes of a file up to which its content is kept in memory. */
export const SMALL = 128 * 1024
/** Bytes that are kept in all, with what is kept beside them. */
const MOST_BYTES = 128 * 1024 * 1024
/** Bytes that an entry takes besides its content. */
const BESIDE = 1536
/** ms: how exactly {@link PROVEN} is kept, so that not every look asks for the time. */
const GRAIN = 50

/** A file at one version: what is told of it, and if it is small and was read, all its bytes. */
class KnownFile implements Held {
  readonly #version: Uint8Array

  constructor(
    private readonly path: string,
    private readonly stat: BigIntStats,
    readonly facts: Facts,
    readonly bytes: Buffer | undefined,
  ) {
    this.#version = versionAt(path, stat)
  }

  isOf(stat: BigIntStats): boolean {
    return isSame(this.stat, stat)
  }

  /** Whether it is what stands under its path now. */
  isCurrent(calls: SystemCalls | undefined): boolean {
    if (calls !== undefined) return calls.isCurrent(this.#version) === 1
    const now = lookAtOnce(this.path)
    return now !== undefined && isSame(this.stat, now)
  }
}

/**
 * What is known of files on this machine's own storage, each at one version. It is given only after a
 * look at the path, in the same turn, has found that very version: of what was replaced or rewritten
 * nothing is given.
 */
export class KnownFiles {
  readonly #calls = callsOf()
  readonly #files = new LRUCache<string, KnownFile>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ bytes }) => (bytes?.length ?? 0) + BESIDE,
    ttl: PROVEN,
    ttlResolution: GRAIN,
  })

  keep(path: string, stat: BigIntStats, facts: Facts, bytes?: Buffer): void {
    const before = this.#files.get(path)
    const known = before?.isOf(stat) ? before.bytes : undefined
    this.#files.set(path, new KnownFile(path, stat, facts, bytes ?? known))
  }

  find(path: string): Held | undefined {
    const file = this.#files.get(path)
    if (file === undefined || file.isCurrent(this.#calls)) return file
    this.#files.delete(path)
    return undefined
  }
}

function callsOf(): SystemCalls | undefined {
  const capability = loadSystemCalls()
  return capability.kind === 'native' ? capability.calls : undefined
}
