export { type ErrorCode, LastbyteError } from './errors.js'
export type { ServerSentEvent } from './http/event-stream.js'
export { StreamError, type StreamErrorOptions, type StreamFailure } from './http/stream-error.js'
export type {
  HeaderReply,
  LastbyteOptions,
  ListedName,
  ListOptions,
  SendOptions,
} from './options.js'
export { default, default as lastbyte } from './plugin.js'
export type {
  Asker,
  ByteSource,
  Entry,
  Facts,
  FileStat,
  Growth,
  LocalFile,
  Opened,
  OpenRequest,
  PassedAnswer,
  Representation,
} from './source/byte-source.js'
export { type FailoverOptions, failover } from './source/failover.js'
export type { HealingOptions } from './source/healing.js'
export type { Heal } from './source/resuming-read.js'
export type { S3Options, S3Sender } from './source/s3-options.js'
export { s3Source } from './source/s3-source.js'
export type { UpstreamOptions } from './source/upstream-options.js'
export { upstreamSource } from './source/upstream-source.js'
export type { EventSourceOf, RowSource, StreamContext } from './stream-decorators.js'
export type {
  EventStreamOptions,
  Reauthorize,
  StreamDefaults,
  StreamOptions,
} from './stream-options.js'
