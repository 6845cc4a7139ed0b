/** Header fields of a request by name. undefined removes a field that is sent otherwise. */
export type RequestFields = Readonly<Record<string, string | undefined>>

export type HttpVersion = '1.0' | '1.1' | '2'

/** Where to connect to instead of the host and port of the URL. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  /** Whether it is a relay of the run, which is gone when the run has ended. */
  readonly isRelay?: true
}

/** A request as a check describes it. */
export interface ProbeRequest {
  /** Default: the URL of the subject. */
  readonly url?: URL
  /** Default GET. */
  readonly method?: string
  /** Added to the fields that every request has; undefined removes one of them. */
  readonly fields?: RequestFields
  /** Bytes of the body to read; the connection is closed if it has more. Default: all of it. */
  readonly read?: number
  /** Bytes to read of a body that is announced as longer than `read`. Default: `read`. */
  readonly readIfLonger?: number
  /** Default `kept`: the connection of the request before, if it is still open. */
  readonly connection?: 'kept' | 'new'
  /** Default: the version of the subject. */
  readonly version?: HttpVersion
  readonly endpoint?: Endpoint
  /** Called where the body has more bytes than are read, before the connection is closed. */
  readonly onLeave?: () => void
  readonly midway?: Midway
}

/** What is done in the middle of a body. */
export interface Midway {
  /** Bytes that are read before. */
  readonly after: number
  /** Until it resolves, nothing is read. Must not reject. */
  readonly act: () => Promise<void>
}

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string
  readonly url: URL
  readonly version: HttpVersion
  readonly fields: Readonly<Record<string, string>>
  /** Where it was sent to instead of the host and port of the URL. */
  readonly endpoint?: Endpoint | undefined
  /** The first URL of the run and the fields of the caller, which a response after a redirect may still quote. */
  readonly given?: Pick<SentRequest, 'url' | 'fields'>
}

/**
 * How the body of a response ended. `left`: the check had read enough and closed the connection. `short`: the
 * connection ended before the length that was announced, or before the last chunk. `stalled`: no byte within the timeout.
 */
export type End = 'complete' | 'left' | 'short' | 'reset' | 'stalled'

/** A request, and the final response to it. */
export interface Exchange {
  readonly request: SentRequest
  readonly status: number
  /** Such as `1.1`. */
  readonly version: string
  /** Names and values in the order of the response, as they were received. */
  readonly lines: readonly (readonly [name: string, value: string])[]
  /** The bytes of the body that were read. */
  readonly body: Buffer
  readonly end: End
  /** Whether the connection had carried a request before. */
  readonly isReused: boolean
}

/** The value of a header field; those of several lines are joined with a comma. undefined if it is absent. */
export function fieldOf({ lines }: Pick<Exchange, 'lines'>, name: string): string | undefined {
  const values = lines.filter(([each]) => each.toLowerCase() === name.toLowerCase())
  return values.length === 0 ? undefined : values.map(([, value]) => value).join(', ')
}

/** The Content-Length of a response; undefined if it is absent or malformed. */
export function contentLength(exchange: Pick<Exchange, 'lines'>): number | undefined {
  const field = fieldOf(exchange, 'content-length')
  return field !== undefined && /^\d{1,15}$/.test(field) ? Number(field) : undefined
}
