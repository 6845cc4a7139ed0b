import { DueTimer } from './due-timer.js'

/** A stream with text to pass on. */
export interface Flushed {
  /** Must not throw: other streams are flushed after it. */
  flush(): void
}

/**
 * Schedules the chunks of all framed streams of an application together: one tick for those that are ready in a
 * turn of the event loop, one immediate for the end of a turn, and one timer for all heartbeats, however many streams
 * there are.
 */
export class FrameTurns {
  readonly heartbeats = new DueTimer()
  /** The number of the current turn of the event loop, as far as a stream has sent something in it. */
  #turn = 0
  /** When it began, by performance.now(). */
  #now = 0
  #end: NodeJS.Immediate | undefined
  #ready: Flushed[] = []
  #deferred: Flushed[] = []

  /** The number of this turn of the event loop. */
  get current(): number {
    this.#begin()
    return this.#turn
  }

  /** The time of this turn of the event loop, by performance.now(). */
  get now(): number {
    this.#begin()
    return this.#now
  }

  /** Flushes after the microtasks, so that items of a source that doesn't wait join the same chunk. */
  afterMicrotasks(stream: Flushed): void {
    if (this.#ready.push(stream) === 1) process.nextTick(this.#onReady)
  }

  inNextTurn(stream: Flushed): void {
    this.#deferred.push(stream)
    this.#begin()
  }

  #begin(): void {
    if (this.#end !== undefined) return
    this.#end = setImmediate(this.#onEnd)
    this.#now = performance.now()
  }

  readonly #onReady = (): void => {
    const ready = this.#ready
    this.#ready = []
    for (const stream of ready) stream.flush()
  }

  readonly #onEnd = (): void => {
    this.#turn += 1
    this.#end = undefined
    const deferred = this.#deferred
    if (deferred.length === 0) return
    this.#deferred = []
    for (const stream of deferred) stream.flush()
  }
}
