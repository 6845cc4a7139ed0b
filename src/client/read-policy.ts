import { delay } from '../async/delay.js'
import type { LastbyteError } from '../errors.js'
import type { ResumeState } from '../resume/judge-response.js'
import type { Pin } from '../resume/pin-fields.js'
import type { Continuation, ReadRange } from '../resume/resuming-read.js'
import type { RetryRules } from '../resume/retry-budget.js'
import type { Answer } from '../transport/response.js'
import type { ClientRequest, Transport } from './platform/transport.js'

/**
 * The argument of `onEvent`: a failed attempt that is retried, or a download that restarts because the
 * version changed.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { once } from 'node:events'
 * import { createServer } from 'node:http'
 * import { type ClientEvent, resumableStream } from 'lastbyte/client'
 *
 * let requests = 0
 * const server = createServer((_request, response) => {
 *   requests += 1
 *   response.writeHead(requests === 1 ? 503 : 200).end('hello')
 * }).listen(0, '127.0.0.1')
 * await once(server, 'listening')
 * const { port } = server.address() as { port: number }
 * const events: ClientEvent[] = []
 * const onEvent = (event: ClientEvent) => void events.push(event)
 * const { body } = await resumableStream(`http://127.0.0.1:${port}/f`, { onEvent })
 * assert.equal(await new Response(body).text(), 'hello')
 * assert.deepEqual(events.map(({ type }) => type), ['retry'])
 * server.close()
 * ```
 */
export type ClientEvent =
  | {
      readonly type: 'retry'
      /** Failed attempts since the last received byte. */
      readonly tries: number
      /** ms until the next attempt. */
      readonly wait: number
      /** The position of the next byte to read; for streams in frames, of the next event or frame. */
      readonly offset: number
      readonly error: LastbyteError
    }
  | { readonly type: 'restart'; readonly why: string }

/** The settled options of a call. */
export interface ReadPolicy {
  readonly transport: Transport
  readonly url: string
  /** The caller's own request fields, by lower-case names. */
  readonly fields: Readonly<Record<string, string>>
  readonly pin: Pin
  /**
   * `identity`, the default: a response in a content coding is refused. `as-sent`: its bytes are taken as
   * they are, which requires a transport that doesn't decode them.
   */
  readonly codings?: 'identity' | 'as-sent'
  /** Reads a file that grows until it is finished. Default: it is read as far as it is now. */
  readonly live?: LiveReader | undefined
  /** How long a chunk is used, as `ClientRequest` says. */
  readonly chunks?: ClientRequest['chunks']
  /** ms in which the server must send something. */
  readonly stall: number
  readonly retry: RetryRules
  /** Whether to resume by a weak validator too. */
  readonly allowWeak: boolean
  /** Bytes a second of all connections together. */
  readonly limitRate: number
  readonly clock: ClientClock
  /** A random number of [0, 1). */
  readonly chance: () => number
  readonly onEvent: (event: ClientEvent) => void
}

/** A growing file that is read, and how its end is proven. */
export interface LiveRead {
  readonly version: Omit<ResumeState, 'codings' | 'start' | 'end'>
  readonly policy: ReadPolicy
  readonly signal: AbortSignal
  /** Proves that the version has so many bytes and no more. @throws LastbyteError where that is not so */
  readonly confirmEnd: (size: number) => Promise<void>
  /** Called when the server has sent a response of the version: it is alive, also if the file is quiet. */
  readonly onAlive: () => void
}

/** How growing files are read. It is passed on, so that a script which reads none has no code for them. */
export interface LiveReader {
  /**
   * Requests the rest of a growing file. Without a `continuation` the response is one to a file of a known length, or no
   * success; the caller judges it.
   */
  request(
    read: LiveRead,
    rest: ReadRange,
  ): Promise<{ readonly response: Answer; readonly continuation: Continuation | undefined }>
  /** The body of a response that goes on while the file grows; undefined for any other response. */
  continuation(read: LiveRead, response: Answer, start: number): Continuation | undefined
  /** `now`: ms since the epoch. @throws LastbyteError ANSWER_BROKEN for a response of a file that still grows */
  requireFinished(state: ResumeState, response: Answer, now: number): void
}

export interface ClientClock {
  /** ms on a monotonic clock. */
  now(): number
  /** ms since the epoch. */
  date(): number
  /** Resolves after so many ms; rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** The platform's clock. */
export const CLOCK: ClientClock = {
  now: () => performance.now(),
  date: () => Date.now(),
  wait: delay,
}
