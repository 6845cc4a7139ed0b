/** The number of requests and bytes that a run may take from a server. */
export interface Bound {
  readonly requests: number
  readonly bytes: number
}

/** Thrown where a request would exceed the bound. The check that sent it is skipped. */
export class BoundReached extends Error {}

/** Counts what a run takes from a server, and ends it at the bound. */
export class Budget {
  #requests = 0
  #bytes = 0
  #bound: Bound

  constructor(bound: Bound) {
    this.#bound = bound
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

  /** Bytes that may still be received. */
  get bytesLeft(): number {
    return Math.max(0, this.#bound.bytes - this.#bytes)
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
    if (this.#bytes >= bytes) throw new BoundReached(`the bound of ${bytes} bytes is reached`)
    this.#requests += 1
  }

  countBytes(bytes: number): void {
    this.#bytes += bytes
  }
}
