import type { RedisClient, RedisSubscriber } from './redis-options.js'

/** ms between two looks, for messages that were lost with a connection. */
const POLL_INTERVAL = 1_000

interface Followed {
  readonly listeners: Set<() => void>
  readonly poll: NodeJS.Timeout
}

/** Tells those who wait that a stream has changed. One connection serves all of them, while there are any. */
export class RedisChanges {
  readonly #channels = new Map<string, Followed>()
  #subscriber: Promise<RedisSubscriber> | undefined

  constructor(private readonly client: RedisClient) {}

  /** Calls `changed` whenever the stream may have changed, until the result is called. */
  follow(channel: string, changed: () => void): () => void {
    let followed = this.#channels.get(channel)
    if (followed === undefined) {
      followed = this.#begin(channel)
      this.#channels.set(channel, followed)
    }
    const { listeners } = followed
    listeners.add(changed)
    return () => {
      if (!listeners.delete(changed) || listeners.size > 0) return
      this.#end(channel)
    }
  }

  #begin(channel: string): Followed {
    const listeners = new Set<() => void>()
    const wake = () => {
      for (const listener of [...listeners]) listener()
    }
    this.#subscriber ??= this.#connect()
    this.#subscriber
      // What has changed before the subscription is not told.
      .then((subscriber) => subscriber.subscribe(channel, wake).then(wake))
      .catch(() => {})
    return { listeners, poll: setInterval(wake, POLL_INTERVAL).unref() }
  }

  #end(channel: string): void {
    clearInterval(this.#channels.get(channel)?.poll)
    this.#channels.delete(channel)
    const subscriber = this.#subscriber
    if (this.#channels.size === 0) this.#subscriber = undefined
    const isLast = this.#channels.size === 0
    subscriber
      ?.then((each) => (isLast ? each.destroy() : each.unsubscribe(channel)))
      .catch(() => {})
  }

  async #connect(): Promise<RedisSubscriber> {
    const subscriber = this.client.duplicate()
    // The client connects again by itself. Streams are polled meanwhile.
    subscriber.on('error', () => {})
    await subscriber.connect()
    return subscriber
  }
}
