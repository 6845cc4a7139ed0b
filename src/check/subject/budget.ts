/** The number of requests and bytes that a run may take from a server. */
export interface Bound {
  readonly requests: number
  readonly bytes: number
}

/** Bytes that may arrive with those that a check wants, before the connection is closed: one read of a socket. */
const IN_FLIGHT = 64 * 1024

/** The smallest bound of bytes: enough for the first requests. */
export const LEAST_BOUND = 4 * IN_FLIGHT

/** Thrown where a request would exceed the bound. The check that sent it is skipped. */
export class BoundReached extends Error {}

/** Thrown where the whole representation would exceed the bound, so that what needs all of it is skipped. */
export class WholeTooLarge extends BoundReached {}

/** The time that a run may take, in ms of a monotonic clock. */
export interface Deadline {
  readonly limit: number
  readonly now: () => number
}

/** Counts what a run takes from a server, and ends it at the bound. */
export class Budget {
  readonly #deadline: Deadline
  readonly #start: number
  #requests = 0
  #bytes = 0
  #bound: Bound

  constructor(bound: Bound, deadline: Deadline) {
    this.#bound = bound
    this.#deadline = deadline
    this.#start = deadline.now()
  }

  get requests(): number {
    return this.#requests
  }

  get bytes(): number {
    return this.#bytes
  }

  get bound(): Bound {
    return this.#bound
  }

  /** Bytes that a request may still read, so that those in flight don't exceed the bound. */
  get bytesLeft(): number {
    return Math.max(0, this.#bound.bytes - IN_FLIGHT - this.#bytes)
  }

  /** Raises the bound of bytes where the size of the representation allows more. */
  allowBytes(bytes: number): void {
    this.#bound = { ...this.#bound, bytes: Math.max(this.#bound.bytes, bytes) }
  }

  /** @throws BoundReached */
  countRequest(): void {
    const { requests, bytes } = this.#bound
    if (this.#requests >= requests)
      throw new BoundReached(`the bound of ${requests} requests is reached`)
    const { limit, now } = this.#deadline
    if (now() - this.#start >= limit)
      throw new BoundReached(`the bound of ${limit / 1000} s is reached`)
    if (this.bytesLeft === 0) throw new BoundReached(`the bound of ${bytes} bytes is reached`)
    this.#requests += 1
  }

  countBytes(bytes: number): void {
    this.#bytes += bytes
  }
}
