import type { Fault } from './fault-kinds.js'

/** What a kind of fault does, for people who choose one. */
export interface KindHelp<F extends Fault = Fault> {
  readonly summary: string
  /** A fault that acts on the responses of most servers. */
  readonly example: F
}

/** The help of every kind. docs/faults.md says what curl reports of each. */
export const KIND_HELP: {
  readonly [K in Fault['kind']]: KindHelp<Extract<Fault, { kind: K }>>
} = {
  truncate: {
    summary:
      'Sends exactly the bytes before an offset, then ends the connection; on HTTP/2, RST_STREAM.',
    example: { kind: 'truncate', at: 1_048_576 },
  },
  'connection-reset': {
    summary: 'Sends the bytes before an offset, then resets the connection.',
    example: { kind: 'connection-reset', at: 1_048_576 },
  },
  'end-early': {
    summary: 'Ends at an offset, and announces that length: only a digest reveals it.',
    example: { kind: 'end-early', at: 1_048_576 },
  },
  'empty-response': {
    summary: 'Closes the connection without a response.',
    example: { kind: 'empty-response' },
  },
  stall: {
    summary: 'Sends the bytes before an offset, then nothing: for a time, or for ever.',
    example: { kind: 'stall', at: 1_048_576, ms: 60_000 },
  },
  latency: {
    summary: 'Delays the response.',
    example: { kind: 'latency', ms: 500, jitter: 100 },
  },
  throttle: {
    summary: 'Limits the body to a rate.',
    example: { kind: 'throttle', rate: 1_000_000 },
  },
  slice: {
    summary: 'Sends the body in small writes, with a pause after each.',
    example: { kind: 'slice', size: 65_536, ms: 10 },
  },
  corrupt: {
    summary: 'Sends wrong bytes at an offset.',
    example: { kind: 'corrupt', at: 1_048_576 },
  },
  'malformed-chunk': {
    summary: 'Sends a malformed size of a chunk at an offset; HTTP/1.1 alone.',
    example: { kind: 'malformed-chunk', at: 1_048_576 },
  },
  chunked: {
    summary: 'Sends the body in chunks, without Content-Length.',
    example: { kind: 'chunked' },
  },
  garbage: {
    summary: 'Sends random bytes at an offset, then ends the connection.',
    example: { kind: 'garbage', at: 1_048_576, length: 1024 },
  },
  status: {
    summary: 'Responds with a status instead, with header fields and a body if wanted.',
    example: { kind: 'status', status: 503, retryAfter: 2 },
  },
  'ignore-range': {
    summary: 'Responds to a range with 200 and the whole body.',
    example: { kind: 'ignore-range' },
  },
  'request-fields': {
    summary: 'Evaluates the request with other header fields than it has.',
    example: { kind: 'request-fields', remove: 'if-range' },
  },
  'response-fields': {
    summary: 'Sends other header fields, in any response.',
    example: { kind: 'response-fields', remove: 'etag' },
  },
  replace: {
    summary:
      'Replaces a text in the body, and in the heads of multipart bodies, by one of as many bytes.',
    example: { kind: 'replace', text: 'bytes 5-', by: 'bytes 6-' },
  },
  'until-close': {
    summary: 'Announces no length: the end of the connection ends the body; HTTP/1 alone.',
    example: { kind: 'until-close' },
  },
  'no-close-notify': {
    summary: 'Closes a connection with TLS without its alert; HTTP/1 alone.',
    example: { kind: 'no-close-notify' },
  },
  desync: {
    summary: 'Sends bytes that nobody expects after a complete response; HTTP/1 alone.',
    example: { kind: 'desync', length: 16 },
  },
  'hide-failure': {
    summary: 'Lets a body look complete whose source fails: zeros follow.',
    example: { kind: 'hide-failure' },
  },
  'wrong-content-range': {
    summary: 'Names other offsets in Content-Range than those of the bytes.',
    example: { kind: 'wrong-content-range', shift: 1 },
  },
  'etag-flip': {
    summary: 'Sends another ETag and Last-Modified each time, with the same bytes.',
    example: { kind: 'etag-flip' },
  },
  'content-change': {
    summary: 'Sends other bytes and another ETag each time: the file has changed.',
    example: { kind: 'content-change' },
  },
  'source-error': {
    summary: 'Lets the read of the file fail at an offset; at 0 the response is a 500.',
    example: { kind: 'source-error', at: 1_048_576 },
  },
  goaway: {
    summary: 'Ends the connection with GOAWAY at an offset; HTTP/2 alone.',
    example: { kind: 'goaway', at: 1_048_576, code: 'ENHANCE_YOUR_CALM' },
  },
  'rst-stream': {
    summary: 'Ends the stream with RST_STREAM at an offset; HTTP/2 alone.',
    example: { kind: 'rst-stream', at: 1_048_576, code: 'ENHANCE_YOUR_CALM' },
  },
  'event-cut': {
    summary:
      'Ends a stream of events or rows before one, in its middle, or where only its blank line is absent.',
    example: { kind: 'event-cut', event: 3, where: 'middle' },
  },
  'event-duplicate': {
    summary: 'Sends an event or a row twice.',
    example: { kind: 'event-duplicate', event: 3 },
  },
  'event-reorder': {
    summary: 'Sends an event or a row after the one that follows it.',
    example: { kind: 'event-reorder', event: 3 },
  },
  'event-id': {
    summary:
      'Sends an event with another id, one that clients ignore, none, or that of the event before.',
    example: { kind: 'event-id', event: 3, as: 'missing' },
  },
  'event-delay': {
    summary: 'Sends an event or a row, and what follows it, later.',
    example: { kind: 'event-delay', event: 3, ms: 1000 },
  },
  'event-retry': {
    summary: 'Sends another reconnection time in an event, also one that clients ignore.',
    example: { kind: 'event-retry', event: 1, value: 'soon' },
  },
  'upload-reset': {
    summary:
      'Resets the connection after so many bytes of the request body; on HTTP/2, RST_STREAM.',
    example: { kind: 'upload-reset', after: 65_536 },
  },
  'upload-stall': {
    summary: 'Reads so many bytes of the request body, then nothing: for a time, or for ever.',
    example: { kind: 'upload-stall', after: 65_536, ms: 60_000 },
  },
  'upload-status': {
    summary: 'Responds with a status after so many bytes of the request body.',
    example: { kind: 'upload-status', after: 65_536, status: 413 },
  },
  'upload-throttle': {
    summary: 'Reads the request body at a limited rate.',
    example: { kind: 'upload-throttle', rate: 100_000 },
  },
}
