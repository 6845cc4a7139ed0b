import { LastbyteError } from '../../errors.js'
import { type Asker, FairQueue, NOBODY } from './fair-queue.js'

const MIB = 1024 ** 2
/** Bytes of the largest task of each class but the last. */
const BOUNDS = [MIB, 16 * MIB, 256 * MIB, 4096 * MIB]

export interface ClassLimits {
  /** Tasks of one class that run at the same time. */
  readonly running: number
  /** How many of them one address may have. Default: all. */
  readonly runningOfAddress?: number
  /** Tasks of one class that wait for their turn. */
  readonly waiting: number
}

/**
 * Runs tasks in classes of similar size, so that a task waits for others of about its own length, never for
 * one that takes an hour. Within a class the askers take turns. Tasks of different classes run at the same time, and
 * share the thread chunk by chunk.
 */
export class SizeClasses {
  readonly #classes: readonly SizeClass[]

  constructor(limits: ClassLimits) {
    this.#classes = [...BOUNDS, Number.POSITIVE_INFINITY].map(() => new SizeClass(limits))
  }

  /** Runs a task of so many bytes when it is its turn. @throws LastbyteError SOURCE_BUSY; the signal's reason */
  run<T>(
    bytes: number,
    task: () => Promise<T>,
    signal: AbortSignal,
    asker: Asker = NOBODY,
  ): Promise<T> {
    return this.turn(bytes).run(task, signal, asker)
  }

  /** A turn for a task of so many bytes. */
  turn(bytes: number): Turn {
    const found = BOUNDS.findIndex((bound) => bytes <= bound)
    return new Turn(this.#classes.at(found) as SizeClass)
  }
}

/** The turn of one task, which several askers may wait for. */
export class Turn {
  constructor(private readonly sizeClass: SizeClass) {}

  /** Runs the task when it is its turn. @throws LastbyteError SOURCE_BUSY; the signal's reason */
  async run<T>(task: () => Promise<T>, signal: AbortSignal, asker: Asker): Promise<T> {
    signal.throwIfAborted()
    const address = this.sizeClass.enter(asker) ?? (await this.sizeClass.wait(this, signal, asker))
    try {
      return await task()
    } finally {
      this.sizeClass.leave(address)
    }
  }

  /** Lets it come at the turn of one more asker, if that is sooner. */
  join(asker: Asker): void {
    this.sizeClass.join(this, asker)
  }
}

interface Waiting {
  /** @param address the address whose turn it is */
  readonly begin: (address: string) => void
  readonly refuse: (error: Error) => void
}

class SizeClass {
  #running = 0
  readonly #runningOf = new Map<string, number>()
  readonly #queue = new FairQueue<Turn>()
  readonly #waiting = new Map<Turn, Waiting>()

  constructor(private readonly limits: ClassLimits) {}

  /** Takes a place if one is free. Returns the address that has it. */
  enter({ address }: Asker): string | undefined {
    if (this.#running >= this.limits.running || !this.#mayRun(address)) return undefined
    this.#running += 1
    this.#runningOf.set(address, (this.#runningOf.get(address) ?? 0) + 1)
    return address
  }

  /** Waits for a place. Returns the address whose turn it was. */
  wait(turn: Turn, signal: AbortSignal, asker: Asker): Promise<string> {
    this.#makeRoom(asker)
    return new Promise((resolve, reject) => {
      const end = () => {
        signal.removeEventListener('abort', leave)
        this.#queue.remove(turn)
        this.#waiting.delete(turn)
      }
      const refuse = (reason: Error) => {
        end()
        reject(reason)
      }
      const begin = (address: string) => {
        end()
        resolve(address)
      }
      const leave = () => refuse(signal.reason)
      this.#queue.add(turn, asker)
      this.#waiting.set(turn, { begin, refuse })
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  join(turn: Turn, asker: Asker): void {
    if (!this.#queue.has(turn)) return
    this.#queue.add(turn, asker)
    // The further asker may have a place where the first one has too many.
    this.#next()
  }

  leave(address: string): void {
    this.#running -= 1
    const left = (this.#runningOf.get(address) ?? 1) - 1
    if (left === 0) this.#runningOf.delete(address)
    else this.#runningOf.set(address, left)
    this.#next()
  }

  #next(): void {
    if (this.#running >= this.limits.running) return
    const next = this.#queue.take((address) => this.#mayRun(address))
    if (next === undefined) return
    this.enter({ address: next.address, connection: '' })
    this.#waiting.get(next.item)?.begin(next.address)
  }

  #mayRun(address: string): boolean {
    const { running, runningOfAddress = running } = this.limits
    return (this.#runningOf.get(address) ?? 0) < runningOfAddress
  }

  /** Refuses the task of the asker that has the most, so that it can't occupy all places. */
  #makeRoom(asker: Asker): void {
    if (this.#queue.size < this.limits.waiting) return
    const waiting = this.#queue.size
    const message = `Cannot compute digest: ${waiting} others of similar size are waiting`
    const error = new LastbyteError('SOURCE_BUSY', message, { waiting })
    const outweighing = this.#queue.outweighing(asker)
    if (outweighing === undefined) throw error
    this.#waiting.get(outweighing)?.refuse(error)
  }
}
