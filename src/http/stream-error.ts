import { LastbyteError, toError } from '../errors.js'

/**
 * The failure in an `error` frame, as it is serialized: the data of the `error` event, or the `error`
 * member of the last NDJSON line.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import fastify from 'fastify'
 * import lastbyte, { StreamError, type StreamFailure } from 'lastbyte'
 *
 * const app = fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/rows', (_request, reply) =>
 *   reply.ndjson(async function* () {
 *     yield { n: 1 }
 *     throw new StreamError({ type: 'quota', status: 429, retryable: true }, 'Quota exceeded')
 *   }),
 * )
 * const origin = await app.listen({ port: 0, host: '127.0.0.1' })
 * const lines = (await (await fetch(`${origin}/rows`)).text()).trim().split('\n')
 * const failure: StreamFailure = JSON.parse(lines.at(-1) ?? '').error
 * assert.deepEqual({ type: failure.type, offset: failure.offset }, { type: 'quota', offset: 1 })
 * await app.close()
 * ```
 */
export interface StreamFailure {
  /** A token for programs: `source_error`, `timeout`, `shutdown`, … or the type of a `StreamError`. */
  readonly type: string
  /** For people. The message of an unexpected error is never sent. */
  readonly message: string
  /** An HTTP status code. */
  readonly code: number
  /** The time of the failure in UTC (RFC 3339). */
  readonly timestamp: string
  /** Whether a new request may succeed. */
  readonly retryable: boolean
  /** The next byte of the representation, or the number of events or rows sent so far. */
  readonly offset: number
}

/**
 * Thrown by the source of an event stream or of NDJSON rows to set the content of its `error` frame.
 * Before the first event or row, `status` becomes the response's status. The client's readers throw it
 * for an `error` frame that they receive. Its `code` is `STREAM_FAILED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import fastify from 'fastify'
 * import lastbyte, { StreamError } from 'lastbyte'
 * import { readEventStream } from 'lastbyte/client'
 *
 * const app = fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/events', (_request, reply) =>
 *   reply.eventStream(async function* () {
 *     yield { id: 1, data: 'first' }
 *     throw new StreamError({ type: 'sensor_lost' }, 'The sensor does not respond')
 *   }),
 * )
 * const origin = await app.listen({ port: 0, host: '127.0.0.1' })
 * const events = readEventStream(`${origin}/events`)
 * assert.equal((await events.next()).value?.data, 'first')
 * await assert.rejects(events.next(), { code: 'STREAM_FAILED', type: 'sensor_lost', status: 500 })
 * await app.close()
 * ```
 */
export class StreamError extends LastbyteError {
  /** The `type` of the `error` frame. */
  readonly type: string
  /** The `code` of the `error` frame; the response's status if the failure precedes the first event. */
  readonly status: number
  /** Whether a new request may succeed. */
  readonly retryable: boolean

  /**
   * @param message sent to the client
   * @param options `cause`: the original error, which is logged and never sent
   */
  constructor(
    { type, status = 500, retryable = false }: StreamErrorOptions,
    message: string,
    options?: ErrorOptions,
  ) {
    super('STREAM_FAILED', message, { type, status, retryable }, options)
    this.type = type
    this.status = status
    this.retryable = retryable
  }
}

/**
 * The content of a `StreamError`, besides its message.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { StreamError, type StreamErrorOptions } from 'lastbyte'
 *
 * const options: StreamErrorOptions = { type: 'quota', status: 429, retryable: true }
 * const error = new StreamError(options, 'Quota exceeded', { cause: new Error('internal detail') })
 * assert.deepEqual(error.facts, options)
 * ```
 */
export interface StreamErrorOptions {
  /** A token for programs, sent as the `type` of the `error` frame. */
  readonly type: string
  /** An HTTP status code from 400 to 599; another number is sent as 500. @default 500 */
  readonly status?: number
  /** Whether a new request may succeed. @default false */
  readonly retryable?: boolean
}

/** A failure without its offset and time. */
export type FailureDescription = Pick<StreamFailure, 'type' | 'message' | 'code' | 'retryable'>

const FINAL = false
const RETRYABLE = true

const BY_CODE: Partial<Record<string, FailureDescription>> = {
  UNAUTHORIZED: failure('authentication_error', 401, FINAL, 'Read access has been revoked.'),
  REPRESENTATION_CHANGED: failure(
    'representation_changed',
    412,
    FINAL,
    'The representation changed during the transfer.',
  ),
  FILE_TRUNCATED: failure('file_truncated', 409, FINAL, 'The file was truncated.'),
  FILE_REPLACED: failure('file_replaced', 409, FINAL, 'The file was replaced.'),
  SOURCE_TIMEOUT: failure('timeout', 504, RETRYABLE, 'The source timed out.'),
  SOURCE_BUSY: failure('source_error', 503, RETRYABLE, 'The source is busy.'),
  SHUTDOWN: failure('shutdown', 503, RETRYABLE, 'The server is shutting down.'),
  CANCELLED: failure('cancelled', 503, RETRYABLE, 'The stream was cancelled.'),
  KILLED: failure('cancelled', 503, RETRYABLE, 'The stream was cancelled.'),
  BAD_EVENT: failure('source_error', 500, FINAL, 'The source produced an invalid item.'),
  GAP: failure(
    'gap',
    410,
    FINAL,
    'The events after the last one received are no longer available.',
  ),
  STOPPED: failure('stopped', 410, FINAL, 'The stream was stopped.'),
  PRODUCER_LOST: failure('producer_lost', 500, FINAL, 'The producer of the stream was lost.'),
  LOG_FULL: failure('source_error', 503, RETRYABLE, 'The log of streams is full.'),
}
const SOURCE_FAILED = failure('source_error', 500, RETRYABLE, 'The source failed.')

/**
 * The description of an error that a client may see. An error with a 4xx `statusCode` keeps its
 * message, as in Fastify; every other error is described by its kind alone.
 *
 * @param resumable whether the frames carry ids, so that a new request can resume after the last one
 */
export function describeFailure(thrown: unknown, resumable: boolean): FailureDescription {
  const error = toError(thrown)
  if (error instanceof StreamError) {
    const { type, message, status, retryable } = error
    const code = isErrorStatus(status) ? status : SOURCE_FAILED.code
    // An application without types may have passed any value.
    const token = typeof type === 'string' ? type : SOURCE_FAILED.type
    return { type: token, message, code, retryable: retryable === true }
  }
  if (error instanceof LastbyteError) {
    if (error.code === 'BAD_FAULT') return failure('request_error', 400, FINAL, error.message)
    return BY_CODE[error.code] ?? SOURCE_FAILED
  }
  const code = statusCodeOf(error)
  if (code !== undefined && code < 500) {
    const type = code === 401 ? 'authentication_error' : 'request_error'
    const retryable = code === 408 || code === 429
    return { type, message: error.message, code, retryable }
  }
  return { ...SOURCE_FAILED, code: code ?? SOURCE_FAILED.code, retryable: resumable }
}

/** The status of an error of the application, in `statusCode` or `status` as in Fastify. */
export function statusCodeOf(error: unknown): number | undefined {
  const { statusCode, status } = (error ?? {}) as { statusCode?: unknown; status?: unknown }
  return [statusCode, status].map(toNumber).find(isErrorStatus)
}

/** NaN for a value that is no number, also for those that `Number` can't convert. */
function toNumber(value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
}

function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status < 600
}

function failure(
  type: string,
  code: number,
  retryable: boolean,
  message: string,
): FailureDescription {
  return { type, message, code, retryable }
}
