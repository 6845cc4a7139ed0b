/** Bytes that are moved in one turn of the event loop before other work gets its turn. */
const BYTES_PER_TURN = 512 * 1024

/** Moves bytes without waiting for anything; returns how many. */
export type Move = () => number

interface Scheduled {
  readonly move: Move
  readonly failed: (error: Error) => void
}

/**
 * Shares the event loop between transfers that move many bytes at once and everything else. In each
 * turn moves run in the order in which they came, up to a number of bytes; new connections and
 * requests are handled between two turns.
 */
export class FairScheduler {
  readonly #waiting: Scheduled[] = []
  #next: NodeJS.Immediate | undefined

  /** Runs `move` in its turn. `failed` gets what it throws; moves that wait behind it still run. */
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
