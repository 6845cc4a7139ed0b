/** ms in which a browser asks again after a body that broke off: Chromium waits up to 1.75 s. */
const KEPT = 5_000
/** Of URLs that have failed. */
const MOST = 100

/**
 * The statuses of reads that have ended in failure. A browser whose stream broke off asks again by itself, and would
 * wait for the same end once more; an error status ends its attempts.
 */
export class RecentFailures {
  readonly #byUrl = new Map<string, { readonly status: number; readonly until: number }>()

  /** @param now ms on a monotonic clock */
  constructor(private readonly now: () => number) {}

  add(url: string, status: number): void {
    this.#byUrl.delete(url)
    this.#byUrl.set(url, { status, until: this.now() + KEPT })
    if (this.#byUrl.size <= MOST) return
    for (const oldest of this.#byUrl.keys()) {
      this.#byUrl.delete(oldest)
      return
    }
  }

  /** The status that a new request of the URL fails with at once; undefined: it may be tried. */
  of(url: string): number | undefined {
    const failure = this.#byUrl.get(url)
    return failure !== undefined && this.now() < failure.until ? failure.status : undefined
  }

  /** Forgets all, as a page wants to try again. */
  clear(): void {
    this.#byUrl.clear()
  }
}
