import { LastbyteError } from '../../errors.js'

const MIB = 1024 ** 2
/** Bytes of the largest task of each class but the last. */
const BOUNDS = [MIB, 16 * MIB, 256 * MIB, 4096 * MIB]

export interface ClassLimits {
  /** Tasks of one class that run at the same time. */
  readonly running: number
  /** Tasks of one class that wait for their turn. */
  readonly waiting: number
}

/** The tasks of one class, in the order in which they came. */
interface SizeClass {
  running: number
  readonly waiting: Set<() => void>
}

/**
 * Runs tasks in classes of similar size, so that a task waits for others of about its own length, never for
 * one that takes an hour. Tasks of different classes run at the same time, and share the thread chunk by
 * chunk.
 */
export class SizeClasses {
  readonly #classes = [...BOUNDS, Number.POSITIVE_INFINITY].map(
    (): SizeClass => ({ running: 0, waiting: new Set() }),
  )

  constructor(private readonly limits: ClassLimits) {}

  /** Runs a task of so many bytes when it is its turn. @throws LastbyteError SOURCE_BUSY; the signal's reason */
  async run<T>(bytes: number, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const sizeClass = this.#classOf(bytes)
    signal.throwIfAborted()
    if (sizeClass.running < this.limits.running) sizeClass.running += 1
    else await this.#turn(sizeClass, signal)
    try {
      return await task()
    } finally {
      this.#leave(sizeClass)
    }
  }

  #classOf(bytes: number): SizeClass {
    const found = BOUNDS.findIndex((bound) => bytes <= bound)
    return this.#classes.at(found) as SizeClass
  }

  /** Waits until a task that has ended leaves its place. */
  #turn({ waiting }: SizeClass, signal: AbortSignal): Promise<void> {
    if (waiting.size >= this.limits.waiting) {
      const facts = { waiting: waiting.size }
      const message = `Cannot compute digest: ${waiting.size} others of similar size are waiting`
      throw new LastbyteError('SOURCE_BUSY', message, facts)
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        waiting.delete(begin)
        reject(signal.reason)
      }
      waiting.add(begin)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  #leave(sizeClass: SizeClass): void {
    for (const begin of sizeClass.waiting) {
      sizeClass.waiting.delete(begin)
      begin()
      return
    }
    sizeClass.running -= 1
  }
}
