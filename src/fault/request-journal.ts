import { AssertionError } from 'node:assert'
import { LongTimer } from '../async/long-timer.js'
import { type Expectations, oneOf } from '../validation/expectation.js'
import { milliseconds } from '../validation/number-expectations.js'
import { readOptions } from '../validation/read-options.js'
import { type OpenRequestEntry, type RequestEntry, shownRequest } from './request-entry.js'
import { filterText, matcherOf, type RequestFilter } from './request-filter.js'
import { type Arrived, RequestRecord } from './request-record.js'
import { requestTable } from './request-table.js'

/**
 * How long a wait for an entry may take, and which state of it ends the wait.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type JournalWait } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * server.faults.arm({ fault: { kind: 'stall', at: 10 } })
 * void fetch(`${server.url}/bytes/1000`).then((response) => response.text()).catch(() => {})
 * const wait: JournalWait = { within: 2_000, until: 'arrived' }
 * const entry = await server.journal.waitFor({ path: '/bytes/1000' }, wait)
 * assert.equal(entry.ended, null)
 * ```
 */
export interface JournalWait {
  /** ms after which the wait fails. @default 5000 */
  readonly within?: number
  /** `arrived`: the request alone; its response may still run. `ended`: its response too. @default 'ended' */
  readonly until?: 'arrived' | 'ended'
}

const WAIT: Expectations<JournalWait> = {
  within: milliseconds(0),
  until: oneOf('arrived', 'ended'),
}
const SETTLING: Expectations<Pick<JournalWait, 'within'>> = { within: milliseconds(0) }

/**
 * The requests that a server for tests has received, in the order of arrival. The newest are kept, by
 * default 10,000 of them.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type RequestJournal } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * const journal: RequestJournal = server.journal
 * await fetch(`${server.url}/bytes/1000`, { method: 'HEAD' })
 * await fetch(`${server.url}/no-such-path`)
 * await journal.settled()
 * assert.deepEqual(
 *   journal.entries().map(({ method, status }) => [method, status]),
 *   [['HEAD', 200], ['GET', 404]],
 * )
 * ```
 */
export class RequestJournal {
  readonly #limit: number
  #entries: OpenRequestEntry[] = []
  #open = new Set<OpenRequestEntry>()
  #waiting = new Set<(changed?: OpenRequestEntry) => void>()
  #arrived = 0
  #connections = new WeakMap<object, number>()
  #connectionCount = 0

  /** @param limit entries that are kept; 0: none are recorded */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Copies of the kept entries that match, in the order of arrival; those of running responses too. */
  entries(filter?: RequestFilter): RequestEntry[] {
    return this.#entries.map(shownRequest).filter(matcherOf(filter))
  }

  /**
   * The first entry that matches, also one that is already there.
   *
   * @throws AssertionError if there is none within `within` ms; the message lists the entries
   */
  async waitFor(filter?: RequestFilter, wait?: JournalWait): Promise<RequestEntry> {
    return this.#wait(filter, wait, 'any')
  }

  /**
   * The first entry that matches of those requests that arrive after this call.
   *
   * @throws AssertionError as `waitFor`
   */
  async next(filter?: RequestFilter, wait?: JournalWait): Promise<RequestEntry> {
    return this.#wait(filter, wait, 'new')
  }

  /**
   * Resolves when no response is running, so that all entries are final.
   *
   * @throws AssertionError if one still runs after `within` ms; the message lists the entries
   */
  async settled(wait?: Pick<JournalWait, 'within'>): Promise<void> {
    const { within: ms = 5000 } = readOptions(wait, SETTLING)
    const running = () => {
      const { size } = this.#open
      return size === 1 ? '1 response still runs' : `${size} responses still run`
    }
    await this.#until(() => this.#open.size === 0 || undefined, ms, running)
  }

  /** Removes all entries. What still runs is not recorded any more; numbers begin at 1 again. */
  clear(): void {
    this.#entries = []
    this.#open = new Set()
    this.#arrived = 0
    this.#connections = new WeakMap()
    this.#connectionCount = 0
    this.#wake()
  }

  /** Records a request that has arrived. undefined where no entries are kept. @internal */
  open(arrived: Arrived): RequestRecord | undefined {
    if (this.#limit === 0) return undefined
    const open = this.#open
    this.#arrived += 1
    const record = new RequestRecord(
      arrived,
      this.#arrived,
      this.#connection(arrived.socket),
      (state) => {
        if (state === 'final') open.delete(record.entry)
        // After `clear` it isn't recorded any more.
        if (open === this.#open) this.#wake(record.entry)
      },
    )
    this.#entries.push(record.entry)
    open.add(record.entry)
    if (this.#entries.length > this.#limit) this.#entries.shift()
    this.#wake(record.entry)
    return record
  }

  #wait(
    filter: RequestFilter | undefined,
    wait: JournalWait | undefined,
    which: 'any' | 'new',
  ): Promise<RequestEntry> {
    const { within = 5000, until = 'ended' } = readOptions(wait, WAIT)
    const matches = matcherOf(filter)
    const open = this.#open
    const after = which === 'any' ? 0 : this.#arrived
    // Numbers begin again after `clear`.
    const isDue = (entry: OpenRequestEntry) =>
      (entry.number > after || open !== this.#open) &&
      (until === 'arrived' || !this.#open.has(entry))
    const find = (changed?: OpenRequestEntry) => {
      for (const entry of changed === undefined ? this.#entries : [changed]) {
        if (!isDue(entry)) continue
        const shown = shownRequest(entry)
        if (matches(shown)) return shown
      }
      return undefined
    }
    const wanted = filterText(filter)
    const detail = until === 'arrived' ? 'that arrives' : 'whose response has ended'
    const missing = () =>
      `expected ${wanted} ${detail}${after > 0 ? `, after request ${after}` : ''}; there was none`
    return this.#until(find, within, missing)
  }

  /** Waits until `find` returns a value. It gets the entry that has arrived or changed; none at first. */
  async #until<T>(
    find: (changed?: OpenRequestEntry) => T | undefined,
    ms: number,
    missing: () => string,
  ): Promise<T> {
    const found = find()
    if (found !== undefined) return found
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        timer.clear()
        this.#waiting.delete(look)
        settle()
      }
      const look = (changed?: OpenRequestEntry) => {
        try {
          const value = find(changed)
          if (value !== undefined) finish(() => resolve(value))
        } catch (error) {
          finish(() => reject(error))
        }
      }
      const timer = new LongTimer(() => {
        const seen = requestTable(this.entries())
        const message = `Waited ${ms} ms: ${missing()}. The journal has:\n${seen}`
        finish(() => reject(new AssertionError({ message })))
      }, ms)
      this.#waiting.add(look)
    })
  }

  #connection(socket: object): number {
    const known = this.#connections.get(socket)
    if (known !== undefined) return known
    this.#connectionCount += 1
    this.#connections.set(socket, this.#connectionCount)
    return this.#connectionCount
  }

  #wake(changed?: OpenRequestEntry): void {
    for (const look of [...this.#waiting]) look(changed)
  }
}
