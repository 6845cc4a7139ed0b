import type { PageMessage, WorkerMessage } from './worker-message.js'

/** ms between two messages. Firefox stops a worker that has received no event for 30 s, whatever its streams wait for. */
const EVERY = 10_000
/** ms that a retrying read may post nothing for, beyond its wait: an attempt that the server does not answer. */
const SILENCE = 60_000

/**
 * Posts messages to the worker while it waits for a server that is down, so that it isn't stopped, which would start
 * the time for which it retries anew. A worker that only waits for its player may be stopped.
 */
export class KeepAlive {
  /** The interrupted reads, and until when each is believed to be retried. */
  readonly #until = new Map<string, number>()
  #timer: ReturnType<typeof setInterval> | undefined

  /** @param now ms on a monotonic clock */
  constructor(
    private readonly post: (message: PageMessage) => void,
    private readonly now: () => number,
  ) {}

  onMessage(message: WorkerMessage): void {
    const { kind, read } = message
    if (kind === 'interrupted') this.#until.set(read, this.now() + message.wait + SILENCE)
    else this.#until.delete(read)
    if (this.#until.size === 0) this.#stop()
    else this.#timer ??= setInterval(() => this.#tick(), EVERY)
  }

  #tick(): void {
    for (const [read, until] of this.#until) if (until < this.now()) this.#until.delete(read)
    if (this.#until.size === 0) this.#stop()
    else this.post({ lastbyte: 1, kind: 'ping' })
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
