/**
 * The machine-readable cause of a {@link LastbyteError}, in its `code`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type ErrorCode, LastbyteError, upstreamSource } from 'lastbyte'
 *
 * let code: ErrorCode | undefined
 * try {
 *   upstreamSource({ origin: 'not a URL' })
 * } catch (error) {
 *   if (error instanceof LastbyteError) code = error.code
 * }
 * assert.equal(code, 'BAD_SETTING')
 * ```
 */
export type ErrorCode =
  /** An option is missing, unknown, contradictory or has an invalid value. */
  | 'BAD_SETTING'
  /** 400: the target or the query of the request is malformed. */
  | 'BAD_REQUEST'
  /** 403: the path must not be served. */
  | 'FORBIDDEN'
  /** 405: the file can't be changed by this method. */
  | 'METHOD_NOT_ALLOWED'
  /** 412: the file is not the version that the request's condition requires. */
  | 'PRECONDITION_FAILED'
  /** 416: no requested range overlaps the file. */
  | 'RANGE_NOT_SATISFIABLE'
  /** 501: the source can't do what the request asks for. */
  | 'NOT_IMPLEMENTED'
  /** A fault or a fault rule is invalid. `facts.member` names the invalid member. */
  | 'BAD_FAULT'
  /** The value of a header field has a control character. `facts.field` is the name of the field. */
  | 'BAD_FIELD'
  /** An event or a row can't be serialized. `facts.member` names the invalid member. */
  | 'BAD_EVENT'
  /** The application threw a `StreamError`, or a client received an `error` frame. */
  | 'STREAM_FAILED'
  /** The application's `reauthorize` no longer allows the client to read. */
  | 'UNAUTHORIZED'
  /** A followed file was truncated. */
  | 'FILE_TRUNCATED'
  /** The path of a followed file now names another file. */
  | 'FILE_REPLACED'
  /** Opening or reading the source failed, for example with EIO; `cause` holds the original error. */
  | 'SOURCE_FAILED'
  /** The source has run out of descriptors or memory; a later request may succeed. */
  | 'SOURCE_BUSY'
  /** The source sent no bytes within the source timeout. */
  | 'SOURCE_TIMEOUT'
  /** The source ended before the size that it announced. */
  | 'SOURCE_SHORT'
  /** The representation no longer has the validators that the response announced. */
  | 'REPRESENTATION_CHANGED'
  /** The client accepted no bytes within the stall timeout. */
  | 'CLIENT_STALLED'
  /** The client closed its connection or reset its stream. */
  | 'CLIENT_GONE'
  /** The application aborted the transfer through its AbortSignal. */
  | 'CANCELLED'
  /** An onSend hook of the application replaced the body of the reply. */
  | 'BODY_INTERCEPTED'
  /** The server is shutting down and the grace period of running transfers is over. */
  | 'SHUTDOWN'
  /** The fault layer ended the body. */
  | 'FAULT_INJECTED'
  /** No connection to the server: `facts.reason` is `name`, `refused`, `tls` or `connection`. */
  | 'UNREACHABLE'
  /** The server's response is final; a retry can't help. `facts.status` is its status. */
  | 'REFUSED'
  /** The server sent no bytes within the client's stall timeout. */
  | 'SERVER_STALLED'
  /** A response ended early or didn't match its request; a retry may succeed. */
  | 'ANSWER_BROKEN'
  /** The response has no validator, so an interrupted transfer can't be resumed. */
  | 'NOT_RESUMABLE'
  /** The retry budget is spent: no progress for as long as the client may retry. */
  | 'GAVE_UP'
  /** The received bytes don't have the announced digest. */
  | 'DIGEST_MISMATCH'
  /** Reading or writing a local file failed: disk full, file missing, permission denied. */
  | 'DISK_FAILED'
  /** Another process holds the lock of the same file. */
  | 'IN_USE'

/**
 * The class of all errors of this package: a code, the facts of the failure, and a message that names
 * the failed action.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { LastbyteError } from 'lastbyte'
 * import { resumableStream } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media', seed: 1 })
 * await assert.rejects(resumableStream(`${server.url}/no-such-file`), (error) => {
 *   assert.ok(error instanceof LastbyteError)
 *   assert.equal(error.code, 'REFUSED')
 *   assert.equal(error.facts.status, 404)
 *   return true
 * })
 * await server.close()
 * ```
 */
export class LastbyteError extends Error {
  override readonly name = 'LastbyteError'

  /**
   * @param code the cause, for programs
   * @param message the failed action and its reason, for people
   * @param facts values that the message is made of, such as `status` or `member`
   * @param options `cause`: the error that led to this one
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The error itself if it is a LastbyteError; otherwise a new one with the original as its cause. */
export function asLastbyteError(thrown: unknown, code: ErrorCode, message: string): LastbyteError {
  const error = toError(thrown)
  if (error instanceof LastbyteError) return error
  const cause = typeof thrown === 'object' ? error : thrown
  return new LastbyteError(code, message, {}, { cause: thrown === null ? null : cause })
}

/** Errors of a chain of causes that are inspected. */
const MOST_CAUSES = 10

/**
 * A thrown value as an Error that can be inspected and logged. Applications throw anything: `null`, a
 * symbol, a plain object, an Error that is frozen (which loggers that mark it can't serialize), or one with
 * a property that throws. An Error without such obstacles is returned itself.
 */
export function toError(thrown: unknown): Error {
  try {
    if (!(thrown instanceof Error)) return errorFromValue(thrown)
    if (!isLoggable(thrown)) return new Error('an Error was thrown that cannot be read')
    return Object.isExtensible(thrown) ? thrown : Object.create(thrown)
  } catch {
    return new Error('a value was thrown that cannot be read')
  }
}

function isLoggable(error: Error): boolean {
  let next: unknown = error
  for (let causes = 0; next instanceof Error; causes += 1) {
    const { message, stack, cause } = next
    // Reads every enumerable property, as a logger does.
    Object.values(next)
    const isText = typeof message === 'string' && (stack === undefined || typeof stack === 'string')
    const isExtensible = causes === 0 || Object.isExtensible(next)
    if (!isText || !isExtensible || causes === MOST_CAUSES) return false
    next = cause
  }
  return true
}

/** Keeps the status of an object such as `{ statusCode: 404, message: 'No such room' }`. */
function errorFromValue(thrown: unknown): Error {
  if (typeof thrown !== 'object' || thrown === null) {
    return new Error(`expected an Error to be thrown; received ${String(thrown)}`)
  }
  const { message, statusCode } = thrown as { message?: unknown; statusCode?: unknown }
  const error = new Error(typeof message === 'string' ? message : 'an object was thrown')
  return typeof statusCode === 'number' ? Object.assign(error, { statusCode }) : error
}
