import { LongTimer } from '../../async/long-timer.js'
import type { Expectations } from '../../validation/expectation.js'
import { byteCount } from '../../validation/number-expectations.js'
import { readOptions } from '../../validation/read-options.js'
import { DEFAULT_LIMITS, LOG_LIMITS, type LogLimits } from '../log-limits.js'
import { gap, logFull } from '../log-position.js'
import type { LogClaim, LogReader, StreamLog } from '../stream-log.js'
import { MemoryStream, type StreamOwner } from './memory-stream.js'

/**
 * Options of `memoryLog`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { memoryLog, type MemoryLogOptions } from 'lastbyte'
 *
 * const options: MemoryLogOptions = { maxAge: 60_000, maxStreamBytes: 1024 ** 2, maxBytes: 64 * 1024 ** 2 }
 * assert.equal((await memoryLog(options).claim('a', 'theirs')).kind, 'absent')
 * ```
 */
export interface MemoryLogOptions extends LogLimits {
  /**
   * Bytes of all streams. The oldest ones that have no producer are dropped first, then the oldest events.
   *
   * @default 268_435_456
   */
  readonly maxBytes?: number
}

const OPTIONS: Expectations<MemoryLogOptions> = { ...LOG_LIMITS, maxBytes: byteCount(1) }
const DEFAULTS = { ...DEFAULT_LIMITS, maxBytes: 256 * 1024 * 1024 }

/** Bytes that a stream needs besides its events. */
const STREAM_OVERHEAD = 1024

/** A producer in the same process is known to be alive, so its lease is never over. */
const LEASE = 10_000

/**
 * A log in the memory of the process: for one process, and until that ends.
 *
 * @throws LastbyteError BAD_SETTING for an option
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { memoryLog } from 'lastbyte'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * const log = memoryLog({ maxAge: 600_000 })
 * let started = 0
 * async function* tokens() {
 *   started += 1
 *   yield 'first'
 *   yield 'second'
 * }
 * app.get('/chat', (_request, reply) => reply.eventStream(tokens, { log, key: 'chat-1' }))
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const [one, two] = [await fetch(`${url}/chat`), await fetch(`${url}/chat`)]
 * assert.equal(await one.text(), await two.text())
 * assert.equal(started, 1)
 * await app.close()
 * ```
 */
export function memoryLog(options?: MemoryLogOptions): StreamLog {
  return new MemoryLog({ ...DEFAULTS, ...readOptions(options, OPTIONS) })
}

class MemoryLog implements StreamLog {
  readonly lease = LEASE
  readonly #streams = new Map<string, MemoryStream>()
  #bytes = 0
  #sweep: LongTimer | undefined
  readonly #owner: StreamOwner

  constructor(private readonly limits: Required<MemoryLogOptions>) {
    const { maxAge, maxStreamBytes } = limits
    this.#owner = {
      maxAge,
      maxStreamBytes,
      now: () => performance.now(),
      count: (bytes: number) => {
        this.#bytes += bytes
      },
      grown: (stream: MemoryStream) => this.#makeRoom(stream),
    }
  }

  async claim(key: string, whose: 'free' | 'theirs'): Promise<LogClaim> {
    const found = this.#find(key)
    if (found === undefined && whose === 'theirs') return { kind: 'absent' }
    if (found?.state === 'ended') return { kind: 'ended' }
    if (found?.state === 'produced' && whose === 'free') return { kind: 'held' }
    return { kind: 'claimed', ...(found ?? this.#begin(key)).claim() }
  }

  async open(key: string, after: string | undefined): Promise<LogReader> {
    const stream = this.#find(key)
    if (stream === undefined) throw gap(after, 'absent')
    stream.trim()
    return stream.open(after)
  }

  #begin(key: string): MemoryStream {
    const { maxBytes } = this.limits
    const stream = new MemoryStream(key, this.#owner)
    this.#streams.set(key, stream)
    this.#bytes += STREAM_OVERHEAD
    this.#dropIdle(stream)
    if (this.#bytes > maxBytes) {
      this.#remove(stream)
      throw logFull(key, maxBytes)
    }
    this.#sweepLater()
    return stream
  }

  /** Drops streams without a producer, then the oldest events of the stream that has grown. */
  #makeRoom(grown: MemoryStream): void {
    this.#dropIdle(grown)
    const excess = this.#bytes - this.limits.maxBytes
    if (excess > 0) grown.trim(excess)
  }

  /** Drops some more than necessary: finding the oldest ones takes a while. */
  #dropIdle(spared: MemoryStream): void {
    const { maxBytes } = this.limits
    if (this.#bytes <= maxBytes) return
    const idle = [...this.#streams.values()]
      .filter((stream) => stream !== spared && stream.idleSince !== undefined)
      .sort((a, b) => (a.idleSince ?? 0) - (b.idleSince ?? 0))
    for (const stream of idle) {
      if (this.#bytes <= maxBytes * 0.9) return
      this.#remove(stream)
    }
  }

  #remove(stream: MemoryStream): void {
    this.#streams.delete(stream.key)
    this.#bytes -= stream.bytes + STREAM_OVERHEAD
    stream.remove()
  }

  /** A stream that is not too old. */
  #find(key: string): MemoryStream | undefined {
    const stream = this.#streams.get(key)
    if (stream === undefined || !this.#isTooOld(stream)) return stream
    this.#remove(stream)
    return undefined
  }

  #isTooOld({ idleSince }: MemoryStream): boolean {
    return idleSince !== undefined && idleSince < this.#owner.now() - this.limits.maxAge
  }

  /** For events and streams that nobody asks for any longer. */
  #sweepLater(): void {
    this.#sweep ??= new LongTimer(() => {
      this.#sweep = undefined
      for (const stream of this.#streams.values()) {
        if (this.#isTooOld(stream)) this.#remove(stream)
        else stream.trim()
      }
      if (this.#streams.size > 0) this.#sweepLater()
    }, this.limits.maxAge / 2).unref()
  }
}
