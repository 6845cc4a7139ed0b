import type { Fault } from './fault-kinds.js'
import { type LogItem, SettledLog } from './settled-log.js'

/**
 * How an answer ended on the wire; `told` if a stream's last frame said what went wrong, `left` if
 * the client was the one to close.
 */
export type Ended = 'complete' | 'told' | 'fin' | 'reset' | 'rst-stream' | 'goaway' | 'left'

/** One fault of one request: what it was to do, and what the client was given. */
export interface JournalEntry {
  /** The rule's id, or null for a request's own fault. */
  readonly rule: string | null
  /** Which of the requests that match the rule, from 1. */
  readonly attempt: number
  readonly method: string
  /** Decoded, without the query. */
  readonly path: string
  /** The Range field as it came. */
  readonly range: string | null
  /** With what chance has drawn: `at` is a number. */
  readonly fault: Fault
  /**
   * `pending` until it is known; `not reached`: the answer never came to the fault's place;
   * `not applicable`: the protocol can't express it.
   */
  readonly outcome: 'pending' | 'injected' | 'not reached' | 'not applicable'
  /** null until it is known, and where no status line went out. */
  readonly status: number | null
  /** Body bytes that the system has taken. */
  readonly written: number
  /** Body bytes that the client's system has confirmed; null where that can't be known. */
  readonly confirmed: number | null
  /** null until the answer is over. */
  readonly ended: Ended | null
}

/** An entry as it is filled in. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] }

/** Entries that are kept; older ones are dropped. */
const MOST = 10_000

/** What was injected, in the order in which the requests came. */
export class Journal {
  readonly #entries: OpenEntry[] = []
  readonly #open = new Set<OpenEntry>()
  readonly #followers = new Set<(entry: JournalEntry) => void>()
  readonly #settled = new SettledLog<JournalEntry>(MOST)
  #idle: (() => void)[] = []

  open(entry: OpenEntry): void {
    this.#entries.push(entry)
    this.#open.add(entry)
    if (this.#entries.length > MOST) this.#entries.shift()
  }

  /** Nothing more will be known of an entry. */
  close(entry: OpenEntry): void {
    if (!this.#open.delete(entry)) return
    this.#settled.append(entry)
    for (const follow of this.#followers) follow({ ...entry })
    if (this.#open.size === 0) for (const wake of this.#idle.splice(0)) wake()
  }

  /** Copies of the entries, of one rule if `rule` is given. */
  entries(rule?: string): JournalEntry[] {
    return this.#entries
      .filter((entry) => rule === undefined || entry.rule === rule)
      .map((entry) => ({ ...entry }))
  }

  /** Resolves when no entry waits for more to be known. */
  settled(): Promise<void> {
    return this.#open.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#idle.push(resolve))
  }

  /**
   * Calls `follow` with each entry of which all is known: now with those that there are, then with
   * each that comes, until the returned function is called.
   */
  follow(follow: (entry: JournalEntry) => void): () => void {
    for (const entry of this.#entries) if (!this.#open.has(entry)) follow({ ...entry })
    this.#followers.add(follow)
    return () => void this.#followers.delete(follow)
  }

  /** Reads settled entries at the reader's pace; see {@link SettledLog.read}. */
  read(after: number, signal: AbortSignal): AsyncGenerator<LogItem<JournalEntry>, void, void> {
    return this.#settled.read(after, signal)
  }

  clear(): void {
    this.#entries.length = 0
    this.#settled.clear()
  }
}
