import { LastbyteError } from '../errors.js'

/** What an `error` frame tells of a failure, in the shape in which it goes out. */
export interface StreamFailure {
  /** A token for programs: `source_error`, `timeout`, `shutdown`, or one of the application's own. */
  readonly type: string
  /** For people; nothing of the inner text. */
  readonly message: string
  /** Like a status of HTTP. */
  readonly code: number
  /** RFC 3339, in UTC. */
  readonly timestamp: string
  /** Whether to ask again may help. */
  readonly retryable: boolean
  /** The next byte of a representation, or the number of events or rows that were given. */
  readonly offset: number
}

/** What a stream's source throws to choose the words of its own `error` frame. */
export class StreamError extends LastbyteError {
  readonly type: string
  /** Like a status of HTTP; the status itself where the failure comes before the first event. */
  readonly status: number
  readonly retryable: boolean

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

export interface StreamErrorOptions {
  readonly type: string
  /** Default 500. */
  readonly status?: number
  /** Whether to ask again may help. Default false. */
  readonly retryable?: boolean
}

/** A failure but for the place and the time. */
export type Described = Pick<StreamFailure, 'type' | 'message' | 'code' | 'retryable'>

const FINAL = false
const RETRYABLE = true

const BY_CODE: Partial<Record<string, Described>> = {
  UNAUTHORIZED: told('authentication_error', 401, FINAL, 'You may not read on.'),
  REPRESENTATION_CHANGED: told(
    'representation_changed',
    412,
    FINAL,
    'The version that was begun is gone.',
  ),
  FILE_TRUNCATED: told('file_truncated', 409, FINAL, 'The file was cut shorter.'),
  FILE_REPLACED: told('file_replaced', 409, FINAL, 'Another file stands in its place.'),
  SOURCE_TIMEOUT: told('timeout', 504, RETRYABLE, 'The source gave nothing in time.'),
  SOURCE_BUSY: told('source_error', 503, RETRYABLE, 'The source is busy.'),
  SHUTDOWN: told('shutdown', 503, RETRYABLE, 'The server stops.'),
  CANCELLED: told('cancelled', 503, RETRYABLE, 'The stream was given up.'),
  BAD_EVENT: told('source_error', 500, FINAL, 'The source gave what can not be sent.'),
}
const FAILED = told('source_error', 500, RETRYABLE, 'The source failed.')

/**
 * What a client is told of an error. An error with a `statusCode` of 4xx tells its own message, as
 * Fastify has it; of any other only the kind is told.
 *
 * @param resumable whether what was sent carries ids, so that to ask again goes on
 */
export function describeFailure(error: unknown, resumable: boolean): Described {
  if (error instanceof StreamError) {
    const { type, message, status, retryable } = error
    const code = status >= 400 && status < 600 ? status : FAILED.code
    return { type, message, code, retryable }
  }
  if (error instanceof LastbyteError) {
    if (error.code === 'BAD_FAULT') return told('request_error', 400, FINAL, error.message)
    return BY_CODE[error.code] ?? FAILED
  }
  const code = statusCodeOf(error)
  if (code !== undefined && code < 500) {
    const type = code === 401 ? 'authentication_error' : 'request_error'
    const retryable = code === 408 || code === 429
    return { type, message: (error as Error).message, code, retryable }
  }
  return { ...FAILED, code: code ?? FAILED.code, retryable: resumable }
}

function statusCodeOf(error: unknown): number | undefined {
  const { statusCode } = (error ?? {}) as { readonly statusCode?: unknown }
  const isStatus = Number.isInteger(statusCode) && Number(statusCode) >= 400
  return isStatus && Number(statusCode) < 600 ? Number(statusCode) : undefined
}

function told(type: string, code: number, retryable: boolean, message: string): Described {
  return { type, message, code, retryable }
}
