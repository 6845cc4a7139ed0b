const HAVE_FUTURE_DATA = 3

/** ms between two looks at an element that waits. */
const TICK = 50
/** ms by which an event may be late. Timers of hidden pages are later. */
const MOST_LATE = 1_000

/**
 * Looks at a media element while it waits for data. On a busy machine it plays on before the event that tells of it: a
 * position that is ahead by less than the time since the last look has been played, not skipped.
 */
export class WaitWatch {
  #timer: ReturnType<typeof setInterval> | undefined
  #seen = 0

  constructor(private readonly media: HTMLMediaElement) {}

  begin(): void {
    clearInterval(this.#timer)
    this.#seen = performance.now()
    this.#timer = setInterval(() => {
      if (this.media.readyState < HAVE_FUTURE_DATA) this.#seen = performance.now()
    }, TICK)
  }

  /** @returns when the element was last seen to wait, at most 1 s ago, in ms of `performance.now()` */
  end(): number {
    clearInterval(this.#timer)
    this.#timer = undefined
    return Math.max(this.#seen, performance.now() - MOST_LATE)
  }
}
