import { LongTimer } from '../async/long-timer.js'

/** Something that is to be done at a time, and again at another one. */
export interface Due {
  /** When, by performance.now(). */
  readonly dueAt: number
  /** Must set a later `dueAt`, or remove itself. */
  onDue(): void
}

/** Two checks are 1 ms apart for each 500 waiting objects: a check takes about a hundredth of that time. */
const WAITING_PER_MS = 500

/**
 * One timer for many objects. A timer for each of 10,000 idle streams would be a twentieth of their memory. With many
 * objects it may fire a few ms late.
 */
export class DueTimer {
  readonly #waiting = new Set<Due>()
  #timer: LongTimer | undefined
  /** When the timer fires, by performance.now(). */
  #firesAt = Number.POSITIVE_INFINITY

  /** Waits for an object, or for its new time. */
  add(due: Due): void {
    this.#waiting.add(due)
    this.#fireBy(due.dueAt)
  }

  delete(due: Due): void {
    if (!this.#waiting.delete(due) || this.#waiting.size > 0) return
    this.#timer?.clear()
    this.#firesAt = Number.POSITIVE_INFINITY
  }

  #fireBy(at: number): void {
    if (at >= this.#firesAt) return
    this.#timer?.clear()
    this.#firesAt = at
    this.#timer = new LongTimer(this.#onTimer, Math.max(0, at - performance.now())).unref()
  }

  readonly #onTimer = (): void => {
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    for (const due of this.#waiting) {
      // Timers fire up to 1 ms early.
      if (due.dueAt - now < 1) due.onDue()
      if (this.#waiting.has(due)) next = Math.min(next, due.dueAt)
    }
    this.#firesAt = Number.POSITIVE_INFINITY
    if (this.#waiting.size === 0) return
    this.#fireBy(Math.max(next, now + this.#waiting.size / WAITING_PER_MS))
  }
}
