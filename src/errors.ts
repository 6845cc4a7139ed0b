/** What went wrong, for a program. */
export type ErrorCode =
  /** A setting is missing, unknown or of the wrong form. */
  | 'BAD_SETTING'
  /** A fault, or a rule for faults, makes no sense; `facts.member` names what is wrong. */
  | 'BAD_FAULT'
  /** An event of a stream can't be written as it is; `facts.member` names what is wrong. */
  | 'BAD_EVENT'
  /** A stream failed as its application, or the server of a client, says it: a `StreamError`. */
  | 'STREAM_FAILED'
  /** The application takes back that the client may read. */
  | 'UNAUTHORIZED'
  /** A file that is followed has become shorter. */
  | 'FILE_TRUNCATED'
  /** Another file stands where one is followed. */
  | 'FILE_REPLACED'
  /** The source could not be opened or read (EIO and the like; the cause is kept). */
  | 'SOURCE_FAILED'
  /** The source is out of descriptors or memory: later may do. */
  | 'SOURCE_BUSY'
  /** The source gave nothing for longer than the settings allow. */
  | 'SOURCE_TIMEOUT'
  /** The source ended before the bytes that it had announced. */
  | 'SOURCE_SHORT'
  /** The representation is no longer the version whose validators were sent. */
  | 'REPRESENTATION_CHANGED'
  /** The client took nothing for longer than the settings allow. */
  | 'CLIENT_STALLED'
  /** The client closed its connection or reset its stream. */
  | 'CLIENT_GONE'
  /** The application gave the transfer up through its AbortSignal. */
  | 'CANCELLED'
  /** A hook of the application took the body away from the reply. */
  | 'BODY_INTERCEPTED'
  /** The server stops and the grace for running transfers is over. */
  | 'SHUTDOWN'
  /** The body was stopped on purpose by the fault layer. */
  | 'FAULT_INJECTED'
  /** The server could not be reached: its name, its connection, or its TLS; `facts.reason` says which. */
  | 'UNREACHABLE'
  /** The server's answer can't be healed by trying again: `facts.status`. */
  | 'REFUSED'
  /** The server gave nothing for longer than the client allows. */
  | 'SERVER_STALLED'
  /** An answer broke off, or was not what was asked for; another try may do. */
  | 'ANSWER_BROKEN'
  /** Nothing tells the version, so a broken answer can't be gone on with. */
  | 'NOT_RESUMABLE'
  /** No progress for as long as the client may try. */
  | 'GAVE_UP'
  /** The bytes are not those whose digest was announced. */
  | 'DIGEST_MISMATCH'
  /** The disk could not take or give something: full, gone, not permitted. */
  | 'DISK_FAILED'
  /** Another process is at work on the same file. */
  | 'IN_USE'

/** A failure with a code, the facts behind it, and a message that names the action that failed. */
export class LastbyteError extends Error {
  override readonly name = 'LastbyteError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The error itself if it is one of ours, else one of ours that carries it as its cause. */
export function asLastbyteError(error: unknown, code: ErrorCode, message: string): LastbyteError {
  return error instanceof LastbyteError
    ? error
    : new LastbyteError(code, message, {}, { cause: error })
}
