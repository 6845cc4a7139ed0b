import type { BigIntStats } from 'node:fs'
import { LRUCache } from 'lru-cache'
import type { Capability, NativeBindings } from '../../native/bindings.js'
import type { FileLease } from '../sendable-file.js'

type LeasedInode = Pick<BigIntStats, 'dev' | 'ino' | 'birthtimeNs'>
type LeaseCalls = Pick<NativeBindings, 'takeLease' | 'hasLease' | 'dropLease'>

/** ms for which a file is not leased again after a process wanted to open it for writing. */
const COOL_DOWN = 10_000
/** Files whose breaks are remembered. */
const MOST_BREAKS = 1_024

/**
 * Files whose lease was broken a short time ago. A process that opens a file with O_NONBLOCK does not wait: it
 * gets EWOULDBLOCK and tries again, and would never succeed if the next transfer leased the file meanwhile.
 */
export class LeaseBreaks {
  readonly #recent: LRUCache<string, true>

  /** @param now ms of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#recent = new LRUCache({
      max: MOST_BREAKS,
      ttl: COOL_DOWN,
      ttlResolution: 0,
      perf: { now },
    })
  }

  note(file: LeasedInode): void {
    this.#recent.set(nameOf(file), true)
  }

  isRecent(file: LeasedInode): boolean {
    return this.#recent.has(nameOf(file))
  }
}

/** By inode: a file is opened again and again, and under several paths. The number is used again after it. */
function nameOf({ dev, ino, birthtimeNs }: LeasedInode): string {
  return `${dev} ${ino} ${birthtimeNs}`
}

/** The file that is leased. Each holder is a user of it, so that the descriptor stays open. */
export interface LeasedFile {
  readonly descriptor: number
  readonly version: LeasedInode
  acquire(): unknown
  release(): Promise<void>
}

/**
 * The lease of one descriptor. The kernel keeps leases by open file description, so transfers from the same
 * descriptor share one, and their number is counted. It ends with the last holder.
 */
export class ReadLease implements TermedLease {
  #holders = 0
  /** How often the lease was taken. */
  #taken = 0

  constructor(
    private readonly file: LeasedFile,
    private readonly calls: LeaseCalls,
    private readonly breaks: LeaseBreaks,
  ) {}

  hold(): boolean {
    const { file, calls, breaks } = this
    const isGranted =
      this.#holders > 0
        ? this.isIntact()
        : !breaks.isRecent(file.version) && calls.takeLease(file.descriptor) === 0
    if (!isGranted) return false
    if (this.#holders === 0) this.#taken += 1
    this.#holders += 1
    file.acquire()
    return true
  }

  isIntact(): boolean {
    if (this.#holders === 0) return false
    if (this.calls.hasLease(this.file.descriptor) === 1) return true
    this.breaks.note(this.file.version)
    return false
  }

  term(): number | undefined {
    return this.isIntact() ? this.#taken : undefined
  }

  release(): void {
    this.#holders -= 1
    if (this.#holders === 0) this.calls.dropLease(this.file.descriptor)
    // An error of closing changes nothing for a reader.
    this.file.release().catch(() => {})
  }
}

/** A lease that can be told from one that was taken after it had ended. */
export interface TermedLease extends FileLease {
  /** The number of the lease while it is intact. */
  term(): number | undefined
}

/** Creates the lease of an open file; undefined where there are none. */
export type LeaseFactory = (file: LeasedFile) => TermedLease | undefined

/** Without the native bindings, files have no leases. */
export function leaseFactory(capability: Capability, breaks: LeaseBreaks): LeaseFactory {
  if (capability.kind === 'none') return () => undefined
  const { calls } = capability
  return (file) => new ReadLease(file, calls, breaks)
}
