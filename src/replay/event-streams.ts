import type { StreamLog } from '../stream-log/stream-log.js'
import { Replay } from './replay.js'
import { discardOffer, ReplayedStream, type ReplayOffer } from './replayed-stream.js'

/** Where a stream of `eventStream` is logged. */
export interface LoggedStream {
  readonly log: StreamLog
  readonly key: string
}

/**
 * The logged event streams of an application, in `app.eventStreams`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type EventStreams } from 'lastbyte'
 *
 * async function* endless({ signal }: { signal: AbortSignal }) {
 *   for (let id = 1; !signal.aborted; id += 1) yield { id, data: 'token' }
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * const streams: EventStreams = app.eventStreams
 * app.get('/chat', (_request, reply) => reply.eventStream(endless, { key: 'chat-1' }))
 * app.delete('/chat', async () => ({ stopped: await streams.stop('chat-1') }))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const response = await fetch(`${url}/chat`)
 * const stopped = await fetch(`${url}/chat`, { method: 'DELETE' })
 * assert.deepEqual(await stopped.json(), { stopped: true })
 * await response.body?.cancel()
 * await app.close()
 * ```
 */
export class EventStreams {
  readonly #streams = new Map<StreamLog, Map<string, ReplayedStream>>()
  #closed = false

  /** @param log the log of streams whose call names none */
  constructor(private readonly log: StreamLog) {}

  /**
   * Ends a stream for ever, whichever process produces it: its source is aborted, and each of its readers receives
   * an `error` event of the type `stopped` after the events that have been logged.
   *
   * @param key as in the options of `eventStream`
   * @param options `log`, if the stream's call names one
   * @returns whether this call has stopped it; false if it has ended already, or there is no such stream
   * @throws LastbyteError SOURCE_FAILED if the log can't be written
   */
  async stop(key: string, { log = this.log }: { log?: StreamLog } = {}): Promise<boolean> {
    const claim = await log.claim(key, 'theirs')
    if (claim.kind !== 'claimed') return false
    await claim.producer.end({ kind: 'stopped' })
    return true
  }

  /** The events of a stream after `lastEventId`. @internal */
  replay(
    { log, key }: LoggedStream,
    lastEventId: string | undefined,
    offer: Omit<ReplayOffer, 'fail' | 'taken'>,
  ): Replay {
    const full: ReplayOffer = { ...offer, taken: false, fail: (error) => replay.fail(error) }
    const replay: Replay = new Replay({
      log,
      key,
      lastEventId,
      offer: full,
      stream: () => this.#stream(log, key),
      discard: () => discardOffer(full),
    })
    return replay
  }

  #stream(log: StreamLog, key: string): ReplayedStream {
    let streams = this.#streams.get(log)
    if (streams === undefined) {
      streams = new Map()
      this.#streams.set(log, streams)
    }
    const known = streams.get(key)
    if (known !== undefined) return known
    const stream = new ReplayedStream(log, key, () => this.#release(log, key, stream))
    if (this.#closed) stream.close()
    streams.set(key, stream)
    return stream
  }

  #release(log: StreamLog, key: string, stream: ReplayedStream): void {
    const streams = this.#streams.get(log)
    if (streams?.get(key) !== stream) return
    streams.delete(key)
    if (streams.size === 0) this.#streams.delete(log)
  }

  /** Stops all sources, so that other processes can continue them. @internal */
  async close(): Promise<void> {
    this.#closed = true
    const streams = [...this.#streams.values()].flatMap((each) => [...each.values()])
    await Promise.all(streams.map((stream) => stream.close()))
  }
}
