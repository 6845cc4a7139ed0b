import { singleValue } from '../http/precondition.js'
import type { Fields, Protocol } from './fault.js'
import type { Ended, OpenEntry } from './journal.js'
import type { OpenRequestEntry } from './request-entry.js'

/** A request that has arrived, as its entry records it. */
export interface Arrived {
  readonly method: string
  /** Decoded. */
  readonly path: string
  readonly query: string
  readonly fields: Fields
  readonly protocol: Protocol
  /** Identifies the connection. */
  readonly socket: object
}

/** How a response ended. */
export interface RecordEnd {
  readonly status: number | null
  readonly written: number
  readonly ended: Ended
}

/** Fills the entry of one request while its response is sent. */
export class RequestRecord {
  readonly entry: OpenRequestEntry
  readonly #began = performance.now()

  /** @param changed called when the header section is about to be sent, and when the entry is final */
  constructor(
    { method, path, query, fields, protocol }: Arrived,
    number: number,
    connection: number,
    private readonly changed: (state: 'responded' | 'final') => void,
  ) {
    const field = (name: string) => singleValue(fields[name]) ?? null
    this.entry = {
      number,
      method,
      path,
      query,
      range: field('range'),
      ifRange: field('if-range'),
      ifMatch: field('if-match'),
      ifNoneMatch: field('if-none-match'),
      ifUnmodifiedSince: field('if-unmodified-since'),
      lastEventId: field('last-event-id'),
      protocol,
      connection,
      time: Date.now(),
      status: null,
      contentRange: null,
      etag: null,
      lastModified: null,
      retryAfter: null,
      responded: null,
      written: 0,
      confirmed: null,
      ended: null,
      ms: null,
      faults: [],
    }
  }

  /** Adds a fault of the request; its outcome is read when the entry is shown. */
  addFault(fault: OpenEntry): void {
    this.entry.faults.push(fault)
  }

  /** Records the header section that is about to be sent. */
  respond(status: number, field: (name: string) => unknown): void {
    const { entry } = this
    const text = (name: string) => {
      const value = field(name)
      return value === undefined ? null : String(value)
    }
    entry.status = status
    entry.contentRange = text('content-range')
    entry.etag = text('etag')
    entry.lastModified = text('last-modified')
    entry.retryAfter = text('retry-after')
    entry.responded = Math.round(performance.now() - this.#began)
    this.changed('responded')
  }

  /** Records the end of the response. */
  end({ status, written, ended }: RecordEnd): void {
    Object.assign(this.entry, { status, written, ended })
    this.entry.ms = Math.round(performance.now() - this.#began)
  }

  /** Makes the entry final. */
  settle(confirmed: number | null): void {
    this.entry.confirmed = confirmed
    this.changed('final')
  }
}
