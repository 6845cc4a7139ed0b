/** Bytes after which the remaining moves are deferred to the next turn of the event loop. */
const BYTES_PER_TURN = 512 * 1024

/** Moves bytes synchronously; returns their number. */
export type Move = () => number

interface Scheduled {
  readonly move: Move
  readonly failed: (error: Error) => void
}

/**
 * Prevents transfers that move many bytes at once from blocking the event loop. In each turn, moves run
 * in the order in which they were scheduled, up to a limit of bytes. New connections and requests are
 * handled between two turns.
 */
export class FairScheduler {
  readonly #waiting: Scheduled[] = []
  #next: NodeJS.Immediate | undefined

  /** Schedules `move`. If it throws, `failed` is called with the error, and later moves still run. */
  schedule(move: Move, failed: (error: Error) => void): void {
    this.#waiting.push({ move, failed })
    this.#next ??= setImmediate(() => this.#runTurn())
  }

  #runTurn(): void {
    let moved = 0
    while (moved < BYTES_PER_TURN) {
      const scheduled = this.#waiting.shift()
      if (scheduled === undefined) break
      moved += run(scheduled)
    }
    this.#next = this.#waiting.length > 0 ? setImmediate(() => this.#runTurn()) : undefined
  }
}

function run({ move, failed }: Scheduled): number {
  try {
    return move()
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error), { cause: error }))
    return 0
  }
}
