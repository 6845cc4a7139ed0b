export { type ErrorCode, LastbyteError } from '../errors.js'
export type { DigestValue } from '../http/digest-value.js'
export { StreamError, type StreamErrorOptions } from '../http/stream-error.js'
export type { Answer } from '../transport/response.js'
export type { ResumableStream } from './open-stream.js'
export type { ClientRequest, Transport } from './platform/transport.js'
export type { ClientEvent } from './read-policy.js'
export type { RenewUrl } from './renewing-transport.js'
export type { OpenStream, StreamOptions } from './resumable-stream.js'
export type { ReceivedFrame } from './stream/frame-checker.js'
export type {
  ReadEventStream,
  ReadEventStreamOptions,
  ReceivedEvent,
} from './stream/read-event-stream.js'
export type { ReadFrames, ReadFramesOptions } from './stream/read-frames.js'
export type { ReadStreamOptions } from './stream/stream-options.js'
