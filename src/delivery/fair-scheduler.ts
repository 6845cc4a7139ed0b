/** Bytes that are moved in one turn of the event loop before others get theirs. */
const BYTES_A_TURN = 512 * 1024

/** Moves bytes without waiting for anything; gives how many. */
type Move = () => number

/**
 * Shares the event loop between whoever moves much at once and everybody else: in each turn some go
 * ahead, first come, first served, and then new connections and requests are looked after.
 */
export class FairScheduler {
  readonly #waiting: Move[] = []
  #next: NodeJS.Immediate | undefined

  /** Calls `move` when its turn has come. */
  schedule(move: Move): void {
    this.#waiting.push(move)
    this.#next ??= setImmediate(() => this.#go())
  }

  #go(): void {
    let moved = 0
    while (moved < BYTES_A_TURN) {
      const move = this.#waiting.shift()
      if (move === undefined) break
      moved += move()
    }
    this.#next = this.#waiting.length > 0 ? setImmediate(() => this.#go()) : undefined
  }
}

/** Those of this process: there is one event loop. */
export const fairScheduler = new FairScheduler()
