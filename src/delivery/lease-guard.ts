import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { LastbyteError } from '../errors.js'
import type { NativeBindings } from '../native/bindings.js'
import type { FileLease, SendableFile } from '../source/sendable-file.js'
import { type LeaseWatchdog, PROCESS_WATCHDOG } from './lease-watchdog.js'
import { DEVICE_TIME } from './lease-watchdog-worker.js'
import type { RemotePeers } from './remote-peers.js'
import { COPYING, type SendContext, type SendGuard, type SendGuards } from './send-guard.js'
import { descriptorOf } from './socket-descriptor.js'
import type { Transfer } from './transfer.js'

type GuardCalls = Pick<NativeBindings, 'unsentBytes' | 'setAbortive'>

/** ms between two checks of the leases: a client that does not read causes no event. */
export const CHECK_PERIOD = 100
/**
 * ms in which queued bytes may leave after a lease was broken. With one period to notice the break, one to
 * notice the end of this time, and `DEVICE_TIME`, a process that opens the file for writing waits for at most 1 s.
 */
export const DRAIN_TIME = 700
/** ms for which a connection stays open after a failure while its client still receives queued bytes. */
const FLUSH_TIME = 10_000
/** ms without an acknowledgement after which such a connection is reset. */
const FLUSH_STALL = 1_000
/** ms between two polls of a queue that is being emptied. */
const FLUSH_POLL = 10

/** Guards ranges by read leases. One timer checks all leases, and runs only while there are any. */
export class LeaseGuards implements SendGuards {
  readonly until = 'acknowledged'
  readonly #guards = new Map<FileLease, Set<LeaseGuard>>()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly calls: GuardCalls,
    private readonly peers: Pick<RemotePeers, 'has'>,
    private readonly watchdog: LeaseWatchdog = PROCESS_WATCHDOG,
  ) {}

  /** Takes the lease for a moment: file systems, owners and writers that refuse it are known only then. */
  accepts({ lease }: SendableFile, socket: Socket): boolean {
    if (lease === undefined || !this.peers.has(socket) || !lease.hold()) return false
    lease.release()
    return true
  }

  open({ file, response, transfer }: SendContext): SendGuard {
    const socket = response.socket as Socket | null
    const descriptor = descriptorOf(socket)
    const { lease } = file
    if (socket === null || descriptor === undefined || !lease?.hold()) return COPYING
    const unwatch = this.watchdog.watch(file.descriptor, descriptor)
    if (unwatch === undefined) {
      lease.release()
      return COPYING
    }
    // Also where this process is killed, whose leases end at once, the kernel then discards the queue.
    this.calls.setAbortive(descriptor, 1)
    const guard = new LeaseGuard(this.calls, lease, socket, transfer, () => {
      unwatch()
      this.#remove(guard)
    })
    const sharing = this.#guards.get(lease) ?? new Set()
    this.#guards.set(lease, sharing.add(guard))
    this.#timer ??= setInterval(() => this.#check(), CHECK_PERIOD).unref()
    return guard
  }

  #check(): void {
    this.watchdog.beat()
    for (const [lease, guards] of this.#guards) {
      if (lease.isIntact()) continue
      for (const guard of [...guards]) guard.leave(performance.now())
    }
  }

  #remove(guard: LeaseGuard): void {
    const { lease } = guard
    const guards = this.#guards.get(lease)
    guards?.delete(guard)
    if (guards?.size === 0) this.#guards.delete(lease)
    if (this.#guards.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/**
 * The guard of one range. The lease is held until the client has acknowledged all pages, or the connection
 * was closed, which discards them.
 */
class LeaseGuard implements SendGuard {
  readonly ended: Promise<void>
  #resolveEnded!: () => void
  #hasEnded = false
  /** When the lease was found broken; ms. */
  #brokenAt: number | undefined
  readonly #closed = () => void setTimeout(() => this.#end(), DEVICE_TIME).unref()

  constructor(
    private readonly calls: GuardCalls,
    readonly lease: FileLease,
    private readonly socket: Socket,
    private readonly transfer: Transfer,
    private readonly remove: () => void,
  ) {
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    socket.once('close', this.#closed)
  }

  permission(): 'queue' | 'wait' | 'copy' {
    if (this.#hasEnded) return 'copy'
    return this.#brokenAt === undefined && this.lease.isIntact() ? 'queue' : 'wait'
  }

  acknowledged(): void {
    this.#end()
  }

  /** Gives up a lease that is broken: at once where nothing is queued, or else after `DRAIN_TIME`. */
  leave(now: number): void {
    this.#brokenAt ??= now
    const queued = this.#queued()
    if (queued === 0) {
      this.#end()
    } else if (queued !== undefined && now - this.#brokenAt >= DRAIN_TIME) {
      this.transfer.abort(brokenError(queued))
      this.socket.destroy()
    }
  }

  async abandon(): Promise<void> {
    const deadline = performance.now() + FLUSH_TIME
    let queued = this.#queued()
    let progressAt = performance.now()
    while (queued !== undefined && queued > 0) {
      const now = performance.now()
      if (now > deadline || now - progressAt > FLUSH_STALL) return
      await pause(FLUSH_POLL)
      const left = this.#queued()
      if (left !== queued) progressAt = performance.now()
      queued = left
    }
    if (queued === 0) this.#end()
  }

  /** Bytes that the client has not acknowledged; undefined after the connection was closed. */
  #queued(): number | undefined {
    const descriptor = descriptorOf(this.socket)
    return descriptor === undefined ? undefined : Math.max(0, this.calls.unsentBytes(descriptor))
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const descriptor = descriptorOf(this.socket)
    if (descriptor !== undefined) this.calls.setAbortive(descriptor, 0)
    this.socket.removeListener('close', this.#closed)
    this.lease.release()
    this.remove()
    this.#resolveEnded()
  }
}

function brokenError(queued: number): LastbyteError {
  const message =
    `Cannot continue sending: the file is opened for writing, and the client has not received ` +
    `${queued} queued bytes within ${DRAIN_TIME} ms`
  return new LastbyteError('CLIENT_STALLED', message, { queued })
}
