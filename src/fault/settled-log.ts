/** What a reader of the log reads next. */
export type LogItem<E> =
  /** `number`: the position in the order in which entries settled, from 1, without gaps. */
  | { readonly kind: 'entry'; readonly number: number; readonly entry: E }
  /** So many entries were removed for their number before the reader requested them. */
  | { readonly kind: 'missed'; readonly entries: number }

/**
 * The settled entries of a journal in the order in which they settled. Each reader has a position in
 * the one log and no queue of its own, so a reader that stops reading costs no memory.
 */
export class SettledLog<E extends object> {
  readonly #entries: E[] = []
  /** The number of the newest entry; 0 if there was none. */
  #newest = 0
  /** The number of the newest entry at the last `clear`: new readers start after it. */
  #cleared = 0
  #waiting: (() => void)[] = []

  /** @param limit entries that are kept; the oldest are removed first */
  constructor(private readonly limit: number) {}

  append(entry: E): void {
    this.#newest += 1
    this.#entries.push(entry)
    if (this.#entries.length > this.limit) this.#entries.shift()
    this.#wake()
  }

  /** Hides the entries from readers that start later. Running readers still get those they lack. */
  clear(): void {
    this.#cleared = this.#newest
  }

  /**
   * Reads the kept entries and then each new one, until the signal is aborted; `missed` is the last
   * item. A reader starts at the oldest kept entry if the one after `after` is no longer kept.
   *
   * @param after the number of the last entry that the reader has; a number that is yet to come counts
   *   as 0
   */
  async *read(after: number, signal: AbortSignal): AsyncGenerator<LogItem<E>, void, void> {
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake)
    const known = after > this.#newest ? 0 : after
    let last = Math.max(known, this.#cleared, this.#removed)
    try {
      while (!signal.aborted) {
        if (last < this.#removed) {
          yield { kind: 'missed', entries: this.#removed - last }
          return
        }
        const entry = this.#entries[last - this.#removed]
        if (entry === undefined) {
          await new Promise<void>((resolve) => this.#waiting.push(resolve))
        } else {
          last += 1
          yield { kind: 'entry', number: last, entry: { ...entry } }
        }
      }
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  /** The number of the newest entry that is no longer kept. */
  get #removed(): number {
    return this.#newest - this.#entries.length
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }
}
