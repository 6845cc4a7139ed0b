import { Worker } from 'node:worker_threads'
import { loadBindings } from '../native/bindings.js'
import { reportLoss } from '../native/report-loss.js'
import {
  BEAT,
  FIRST_SLOT,
  LEASE_WATCHDOG_WORKER,
  SLOT_SIZE,
  USED,
} from './lease-watchdog-worker.js'

/** Ranges that can be watched at a time; further ones are copied. */
const SLOTS = 8_192

/**
 * Ends broken leases where the thread that serves cannot, since a function of the application has not returned. One
 * that opens a served file for writing with a function such as `fs.writeFileSync` would wait for the lease of
 * its own process, which only its own thread could end, until the kernel ends it after 45 s.
 *
 * A worker thread, which starts with the first lease, looks for beats of the serving thread. Without any it
 * disconnects the sockets that pages of the file are queued on, and ends the lease.
 */
export class LeaseWatchdog {
  readonly #memory = new Int32Array(new SharedArrayBuffer(4 * (FIRST_SLOT + SLOTS * SLOT_SIZE)))
  /** Slots that were used and are free. */
  readonly #free: number[] = []
  #next = FIRST_SLOT
  #state: 'new' | 'started' | 'failed' = 'new'

  /** @param createWorker default: a worker that runs lease-watchdog-worker.ts */
  constructor(
    private readonly createWorker: (memory: SharedArrayBuffer) => Worker = createWatchdogWorker,
  ) {}

  /** Watches a leased file and a socket. Returns the end of it; undefined where no thread can watch. */
  watch(file: number, socket: number): (() => void) | undefined {
    if (!this.#start()) return undefined
    const slot = this.#free.pop() ?? this.#nextSlot()
    if (slot === undefined) return undefined
    const memory = this.#memory
    Atomics.store(memory, slot + 1, socket + 1)
    Atomics.store(memory, slot, file + 1)
    Atomics.add(memory, USED, 1)
    Atomics.notify(memory, USED)
    return () => {
      Atomics.store(memory, slot, 0)
      Atomics.sub(memory, USED, 1)
      this.#free.push(slot)
    }
  }

  /** Shows that this thread runs. */
  beat(): void {
    Atomics.add(this.#memory, BEAT, 1)
  }

  #nextSlot(): number | undefined {
    if (this.#next + SLOT_SIZE > this.#memory.length) return undefined
    this.#next += SLOT_SIZE
    return this.#next - SLOT_SIZE
  }

  #start(): boolean {
    if (this.#state !== 'new') return this.#state === 'started'
    this.#state = 'started'
    try {
      const worker = this.createWorker(this.#memory.buffer as SharedArrayBuffer)
      worker.unref()
      worker.on('error', (error) => this.#fail(error))
    } catch (error) {
      this.#fail(error as Error)
    }
    return this.#state === 'started'
  }

  #fail({ message }: Error): void {
    this.#state = 'failed'
    const effect = 'files are sent by copy, with more CPU time'
    reportLoss({ part: 'A worker thread for leases', reason: message, effect })
  }
}

/** The watchdog of this process: one thread, however many registrations there are. */
export const PROCESS_WATCHDOG = new LeaseWatchdog()

function createWatchdogWorker(memory: SharedArrayBuffer): Worker {
  const capability = loadBindings()
  const binary = capability.kind === 'native' ? capability.path : ''
  // Without this process's options: --input-type=module would make it a module, --import would load into it.
  return new Worker(LEASE_WATCHDOG_WORKER, {
    eval: true,
    execArgv: [],
    workerData: { binary, memory },
  })
}
