export type { AccessOptions } from './access/access-options.js'
export { type SignUrlOptions, signUrl } from './access/sign-url.js'
export { addMetrics } from './admin/add-metrics.js'
export type {} from './admin/watcher-routes.js'
export type { Transfer, TransferRecord } from './delivery/transfer.js'
export type { TransferRegistry } from './delivery/transfer-registry.js'
export { type ErrorCode, LastbyteError } from './errors.js'
export type { ServerSentEvent } from './http/event-stream.js'
export type { VersionChain } from './http/live-plan.js'
export { StatusError } from './http/status-error.js'
export { StreamError, type StreamErrorOptions, type StreamFailure } from './http/stream-error.js'
// These modules declare reply.sendFile, reply.download, reply.zip, reply.eventStream, reply.ndjson, app.live
// and app.transfers. An
// application sees the declarations only through a chain of exports from here.
export type {} from './plugin/file-decorators.js'
export type {} from './plugin/live-decorator.js'
export { default, default as lastbyte } from './plugin/plugin.js'
export type { EventSourceOf, RowSource, StreamContext } from './plugin/stream-decorators.js'
export type {} from './plugin/zip-decorator.js'
export type {} from './request/context.js'
export type { Heal } from './resume/retry-loop.js'
export type { HealingOptions } from './resume/retry-policy.js'
export type { ListedName, ListOptions } from './settings/list-options.js'
export type { LiveOptions } from './settings/live-options.js'
export type { MetalinkOptions } from './settings/metalink-options.js'
export type { HeaderReply, LastbyteOptions } from './settings/options.js'
export type { PageOptions, TransferPageOptions } from './settings/page-options.js'
export type { SendOptions } from './settings/send-options.js'
export type {
  EventStreamOptions,
  Reauthorize,
  StreamDefaults,
  StreamOptions,
} from './settings/stream-options.js'
export type { ZipOptions } from './settings/zip-options.js'
export type { ZipEntry, ZipReplyOptions } from './settings/zip-reply-options.js'
export type {
  Asker,
  ByteSource,
  Entry,
  Opened,
  OpenRequest,
  PassedAnswer,
} from './source/byte-source.js'
export { type FailoverOptions, failover } from './source/failover.js'
export type { Growth } from './source/growth.js'
export type { LiveProducer } from './source/live/live-producer.js'
export type {
  Facts,
  FileStat,
  LocalFile,
  Representation,
  RepresentationPart,
} from './source/representation.js'
export type { S3Options, S3Sender } from './source/s3/s3-options.js'
export { s3Source } from './source/s3/s3-source.js'
export type { UpstreamOptions } from './source/upstream/upstream-options.js'
export { upstreamSource } from './source/upstream/upstream-source.js'
