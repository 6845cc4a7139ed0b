import { printableText } from './printable-text.js'

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
  /** The source has no descriptor or memory left, or the file is being written; a later request may succeed. */
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
  /** Somebody ended the transfer by `DELETE /-/transfers/ID`. */
  | 'KILLED'
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
  /** The log of a stream no longer has the event after the client's last one, or doesn't know that one. */
  | 'GAP'
  /** Another producer has claimed the stream. */
  | 'FENCED'
  /** Somebody stopped the stream by `eventStreams.stop`. */
  | 'STOPPED'
  /** The producer of a stream is gone, and its source gives no ids by which another one could continue. */
  | 'PRODUCER_LOST'
  /** The log is full of running streams. */
  | 'LOG_FULL'

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
    // It quotes names, URLs and fields from outside, and is printed by programs that know nothing of them.
    super(printableText(message), options)
  }
}

/** The error itself if it is a LastbyteError; otherwise a new one with the original as its cause. */
export function asLastbyteError(thrown: unknown, code: ErrorCode, message: string): LastbyteError {
  const error = toError(thrown)
  if (error instanceof LastbyteError) return error
  const cause = isReference(thrown) ? error : thrown
  return new LastbyteError(code, message, {}, { cause })
}

/** Errors of a tree of causes that are inspected: a cycle must not be followed for ever. */
const MOST_CAUSES = 100
/** Causes of causes. A logger follows them by recursion. */
const DEEPEST_CAUSE = 10

/**
 * A thrown value as an Error that can be inspected and logged. Applications throw anything: `null`, a
 * symbol, a plain object, an Error that is frozen (which loggers that mark it can't serialize), or one with
 * a property that throws. An Error without such obstacles is returned itself, otherwise a copy of the same
 * class with the properties that can be read.
 */
export function toError(thrown: unknown): Error {
  try {
    if (!(thrown instanceof Error)) return errorFromValue(thrown)
    return isLoggable(thrown) ? thrown : readableCopy(thrown)
  } catch {
    return new Error('a value was thrown that cannot be read')
  }
}

/** A thrown value itself, whatever it is; only one that can't be inspected and logged as an Error. */
export function toReadable(thrown: unknown): unknown {
  return !isReference(thrown) || isLoggable(thrown) ? thrown : toError(thrown)
}

function isReference(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Whether a logger, or Fastify, can read the value and its causes, and mark them as seen. */
function isLoggable(value: object, depth = 0, seen = { count: 0 }): boolean {
  seen.count += 1
  if (depth === DEEPEST_CAUSE || seen.count > MOST_CAUSES) return false
  try {
    const { message, stack, cause, errors } = value as Readonly<Record<string, unknown>>
    const { code, status, statusCode } = value as Readonly<Record<string, unknown>>
    // Reads every enumerable property, as a logger does.
    Object.values(value)
    void [code, status, statusCode]
    const isText = typeof message === 'string' && (stack === undefined || typeof stack === 'string')
    const isMarked = message === undefined || Object.isExtensible(value)
    if (!isMarked || (value instanceof Error && !isText)) return false
    // Some errors have a method `cause`, which loggers call.
    const others = [typeof cause === 'function' ? cause.call(value) : cause, errors].flat()
    return others.every((other) => !isReference(other) || isLoggable(other, depth + 1, seen))
  } catch {
    return false
  }
}

/** A copy that has no causes but those that can be read. */
function readableCopy(error: Error): Error {
  const copy = Object.create(Object.getPrototypeOf(error))
  const named = ['message', 'stack', 'code', 'status', 'statusCode']
  for (const name of new Set([...named, ...Object.getOwnPropertyNames(error)])) {
    const value = propertyOf(error, name)
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, name)
    const isKept = isLoggable({ [name]: value }) && (!isReference(value) || isLoggable(value))
    const descriptor = { value: isKept ? value : undefined, enumerable }
    Object.defineProperty(copy, name, { ...descriptor, writable: true, configurable: true })
  }
  if (typeof copy.message !== 'string') copy.message = 'an Error was thrown that cannot be read'
  if (typeof copy.stack !== 'string') copy.stack = undefined
  return copy
}

/** A property of an object; undefined where reading it throws. */
function propertyOf(object: object, name: string): unknown {
  try {
    return (object as Readonly<Record<string, unknown>>)[name]
  } catch {
    return undefined
  }
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
