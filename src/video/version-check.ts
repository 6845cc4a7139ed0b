import type { LatestProbe } from './latest-probe.js'
import { observeRequests } from './observe-requests.js'
import type { ProbeResult } from './probe.js'

/** ms between two requests beside playback. */
const BETWEEN = 1_000

/** Requests the version of a media file beside playback, whenever the browser may have begun to read another. */
export class VersionCheck {
  readonly #stop: () => void
  #checkedAt = Number.NEGATIVE_INFINITY
  /** Whether a connection of the element has ended, so that the next one may bring another version. */
  #isDue = false

  /** @param url undefined: no request can tell of the source */
  constructor(
    private readonly probe: LatestProbe,
    private readonly url: () => string | undefined,
    private readonly checked: (result: ProbeResult) => void,
  ) {
    this.#stop = observeRequests(url, () => {
      this.#isDue = true
    })
  }

  /** Checks at the next data: a load has begun. */
  expect(): void {
    this.#isDue = true
  }

  /** The browser has received data. */
  dataArrived(now: number): void {
    if (this.#isDue) this.run(now)
  }

  async run(now: number): Promise<void> {
    const url = this.url()
    if (url === undefined) return
    if (this.probe.isRunning || now - this.#checkedAt < BETWEEN) {
      // The answer that is under way, or came just now, may be older than what the browser reads.
      this.#isDue = true
      return
    }
    this.#checkedAt = now
    this.#isDue = false
    const result = await this.probe.run(url)
    if (result !== undefined) this.checked(result)
  }

  /** Forgets what is of another source. */
  reset(): void {
    this.probe.cancel()
    this.#checkedAt = Number.NEGATIVE_INFINITY
  }

  release(): void {
    this.reset()
    this.#stop()
  }
}
