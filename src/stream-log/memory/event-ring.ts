import type { LoggedEvent } from '../stream-log.js'

interface Kept {
  readonly event: LoggedEvent
  readonly bytes: number
  /** When it was appended, in ms of the caller's clock. */
  readonly at: number
}

/** Events by consecutive numbers, of which the oldest are dropped. */
export class EventRing {
  #kept: Kept[] = []
  /** Where the oldest event is in `#kept`: removing from the front of an array takes time. */
  #head = 0
  bytes = 0
  /** The number of the oldest event; `next` if there is none. */
  first = 1

  get next(): number {
    return this.first + this.#kept.length - this.#head
  }

  push(event: LoggedEvent, bytes: number, at: number): void {
    this.#kept.push({ event, bytes, at })
    this.bytes += bytes
  }

  /** Drops the oldest events until those that are left satisfy both. */
  trim(mostBytes: number, oldest: number): void {
    for (;;) {
      const kept = this.#kept[this.#head]
      if (kept === undefined || (this.bytes <= mostBytes && kept.at >= oldest)) break
      this.bytes -= kept.bytes
      this.first += 1
      this.#head += 1
      if (this.#head > 1024 && this.#head * 2 > this.#kept.length) {
        this.#kept = this.#kept.slice(this.#head)
        this.#head = 0
      }
    }
    if (this.#head === this.#kept.length) {
      this.#kept = []
      this.#head = 0
    }
  }

  /** At most `most` events from this number on. */
  slice(from: number, most: number): LoggedEvent[] {
    const start = this.#head + from - this.first
    return this.#kept.slice(start, start + most).map(({ event }) => event)
  }
}
