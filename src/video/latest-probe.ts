import { type ProbePort, type ProbeResult, probe } from './probe.js'

/** Probes one after the other: a new one replaces the one that runs. */
export class LatestProbe {
  #current: AbortController | undefined

  /** @param limit ms for one */
  constructor(
    private readonly port: ProbePort,
    private readonly limit: number,
  ) {}

  get isRunning(): boolean {
    return this.#current !== undefined
  }

  /** undefined: it was replaced or cancelled. */
  async run(url: string): Promise<ProbeResult | undefined> {
    this.cancel()
    const request = new AbortController()
    this.#current = request
    const timer = setTimeout(() => request.abort(), this.limit)
    const result = await probe(url, this.port, request.signal)
    clearTimeout(timer)
    if (this.#current !== request) return undefined
    this.#current = undefined
    return result
  }

  cancel(): void {
    this.#current?.abort()
    this.#current = undefined
  }
}
