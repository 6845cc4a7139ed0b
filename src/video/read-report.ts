import type { ClientEvent } from '../client/read-policy.js'
import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import type { ReadEvent } from './worker-message.js'

/** ms between two `received` events of a read. */
const REPORT_EVERY = 250

/** The status of the response that an error is about, if there was one. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof LastbyteError)) return undefined
  const { status } = error.facts
  return typeof status === 'number' ? status : statusOf(error.cause)
}

/** Whether an error says that the server has another version. */
export function isChanged(error: unknown): boolean {
  return error instanceof LastbyteError && error.code === 'REPRESENTATION_CHANGED'
}

/** Turns what happens to one read into events for its page. */
export class ReadReport {
  #attempt = 1
  #isInterrupted = false
  #isClosed = false
  /** The bytes that were received since the last `received` event. */
  #from: number
  #to: number
  #flushing: ReturnType<typeof setTimeout> | undefined

  /**
   * @param pinned the name of the version
   */
  constructor(
    private readonly post: (event: ReadEvent) => void,
    { start }: Slice,
    private readonly pinned: string,
  ) {
    this.#from = start
    this.#to = start
  }

  /** A failed attempt, or a restart, which no read of one version does. */
  retried(event: ClientEvent): void {
    if (event.type !== 'retry') return
    const { offset, wait, tries, error } = event
    this.#flush()
    this.#isInterrupted = true
    this.post({ kind: 'interrupted', offset, reason: error.message, wait, tries })
  }

  received(bytes: number): void {
    if (this.#isInterrupted) {
      this.#attempt += 1
      this.#isInterrupted = false
      this.post({ kind: 'resumed', offset: this.#to, attempt: this.#attempt })
    }
    this.#to += bytes
    // Also after the last bytes for now: a browser that has read enough pauses.
    this.#flushing ??= setTimeout(() => this.#flush(), REPORT_EVERY)
  }

  /** The read has ended with an error. `current`: the entity tag of its last response. */
  failed(error: unknown, current: string | undefined): void {
    if (this.#isClosed) return
    this.#flush()
    if (isChanged(error)) this.post({ kind: 'changed', pinned: this.pinned, current })
    else {
      const reason = error instanceof Error ? error.message : String(error)
      this.post({ kind: 'gave-up', reason, status: statusOf(error) })
    }
    this.closed()
  }

  closed(): void {
    if (this.#isClosed) return
    this.#flush()
    this.#isClosed = true
    this.post({ kind: 'closed' })
  }

  #flush(): void {
    clearTimeout(this.#flushing)
    this.#flushing = undefined
    if (this.#to === this.#from) return
    this.post({ kind: 'received', start: this.#from, end: this.#to, attempt: this.#attempt })
    this.#from = this.#to
  }
}
