import { oneOf } from '../validation/expectation.js'
import type { Fault } from './fault-kinds.js'
import { type LogItem, SettledLog } from './settled-log.js'

/**
 * How a response ended on the wire. `complete`: as announced. `told`: a stream ended with an error
 * frame. `fin`, `reset`, `rst-stream`, `goaway`: the connection or stream was closed in this way before
 * the end. `left`: the client disconnected first.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Ended, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const fault = server.faults.arm({ fault: { kind: 'truncate', at: 100 } })
 * await assert.rejects(fetch(`${server.url}/clip.mp4`).then((response) => response.arrayBuffer()))
 * await server.faults.settled()
 * const ended: Ended | null | undefined = fault.journal()[0]?.ended
 * assert.equal(ended, 'fin')
 * ```
 */
export type Ended = 'complete' | 'told' | 'fin' | 'reset' | 'rst-stream' | 'goaway' | 'left'

export const ENDED = oneOf('complete', 'told', 'fin', 'reset', 'rst-stream', 'goaway', 'left')

/**
 * One fault of one request: what it was meant to do, and what was sent.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type JournalEntry } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * server.faults.arm({ id: 'slow', fault: { kind: 'latency', ms: 1 } })
 * await fetch(`${server.url}/clip.mp4`, { method: 'HEAD' })
 * await server.faults.settled()
 * const [entry]: JournalEntry[] = server.faults.journal()
 * const { rule, method, path, outcome, status, written } = entry ?? assert.fail()
 * assert.deepEqual([rule, method, path, outcome], ['slow', 'HEAD', '/clip.mp4', 'injected'])
 * assert.deepEqual([status, written], [200, 0])
 * ```
 */
export interface JournalEntry {
  /** The rule's id, or null for a request's own fault. */
  readonly rule: string | null
  /** The number of the request among those that the rule matches, from 1. */
  readonly attempt: number
  readonly method: string
  /** Decoded, without the query. */
  readonly path: string
  /** The Range field as received; null if absent. */
  readonly range: string | null
  /** The fault with its drawn position: `at` is a number. */
  readonly fault: Fault
  /**
   * `pending`: not known yet. `not reached`: the response did not continue past the fault's position, or
   * none was sent that the fault had changed.
   * `not applicable`: the protocol can't express the fault.
   */
  readonly outcome: 'pending' | 'injected' | 'not reached' | 'not applicable'
  /** null while it is not known, and if no status line was sent. */
  readonly status: number | null
  /** Body bytes that the kernel has accepted. */
  readonly written: number
  /** Bytes of the request body that were read; only where a fault acts on it. */
  readonly received?: number
  /** Body bytes that the client's kernel has acknowledged; null if that can't be known. */
  readonly confirmed: number | null
  /** null until the response is over. */
  readonly ended: Ended | null
}

/** An entry that is not settled yet. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] }

/** Where a session records its entries. */
export interface JournalWriter {
  open(entry: OpenEntry): void
  close(entry: OpenEntry): void
}

/** Entries that are kept; the oldest are removed first. */
const ENTRY_LIMIT = 10_000

/** The injected faults, in the order in which the requests arrived. */
export class Journal {
  #entries: OpenEntry[] = []
  /** Replaced by `reset`, so that a session of before has nothing to record in. */
  #open = new Set<OpenEntry>()
  readonly #followers = new Set<(entry: JournalEntry) => void>()
  readonly #settled = new SettledLog<JournalEntry>(ENTRY_LIMIT)
  #waiting: (() => void)[] = []

  open(entry: OpenEntry): void {
    this.#entries.push(entry)
    this.#open.add(entry)
    if (this.#entries.length > ENTRY_LIMIT) this.#entries.shift()
  }

  /** Settles an entry: it no longer changes. */
  close(entry: OpenEntry): void {
    if (!this.#open.delete(entry)) return
    this.#settled.append(entry)
    for (const follow of this.#followers) follow({ ...entry })
    this.#wakeIfSettled()
  }

  /** What one session records with. It records nothing after a later `reset`. */
  writer(): JournalWriter {
    const open = this.#open
    return {
      open: (entry) => {
        if (open === this.#open) this.open(entry)
      },
      close: (entry) => this.close(entry),
    }
  }

  /** Copies of the entries, of one rule if `rule` is given. */
  entries(rule?: string): JournalEntry[] {
    return this.#entries
      .filter((entry) => rule === undefined || entry.rule === rule)
      .map((entry) => ({ ...entry }))
  }

  /** Resolves when all entries are settled. */
  settled(): Promise<void> {
    return this.#open.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /**
   * Calls `follow` with each settled entry: at once with those so far, then with each one as it
   * settles, until the returned function is called.
   */
  follow(follow: (entry: JournalEntry) => void): () => void {
    for (const entry of this.#entries) if (!this.#open.has(entry)) follow({ ...entry })
    this.#followers.add(follow)
    return () => void this.#followers.delete(follow)
  }

  /** Reads settled entries at the reader's pace; see `SettledLog.read`. */
  read(after: number, signal: AbortSignal): AsyncGenerator<LogItem<JournalEntry>, void, void> {
    return this.#settled.read(after, signal)
  }

  clear(): void {
    this.#entries = []
    this.#settled.clear()
  }

  /** Removes all entries, and ignores what sessions that have begun still record. */
  reset(): void {
    this.clear()
    this.#open = new Set()
    this.#wakeIfSettled()
  }

  #wakeIfSettled(): void {
    if (this.#open.size === 0) for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
