import type { FaultKind } from './fault.js'
import { type Chunked, chunked } from './kinds/chunked.js'
import { type ConnectionReset, connectionReset } from './kinds/connection-reset.js'
import { type ContentChange, contentChange } from './kinds/content-change.js'
import { type Corrupt, corrupt } from './kinds/corrupt.js'
import { type Desync, desync } from './kinds/desync.js'
import { type EmptyResponse, emptyResponse } from './kinds/empty-response.js'
import { type EndEarly, endEarly } from './kinds/end-early.js'
import { type EtagFlip, etagFlip } from './kinds/etag-flip.js'
import { type EventCut, eventCut } from './kinds/event-cut.js'
import { type EventDelay, eventDelay } from './kinds/event-delay.js'
import { type EventDuplicate, eventDuplicate } from './kinds/event-duplicate.js'
import { type EventId, eventId } from './kinds/event-id.js'
import { type EventReorder, eventReorder } from './kinds/event-reorder.js'
import { type EventRetry, eventRetry } from './kinds/event-retry.js'
import { type Garbage, garbage } from './kinds/garbage.js'
import { type Goaway, goaway } from './kinds/goaway.js'
import { type HideFailure, hideFailure } from './kinds/hide-failure.js'
import { type IgnoreRange, ignoreRange } from './kinds/ignore-range.js'
import { type Latency, latency } from './kinds/latency.js'
import { type MalformedChunk, malformedChunk } from './kinds/malformed-chunk.js'
import { type NoCloseNotify, noCloseNotify } from './kinds/no-close-notify.js'
import { type Replace, replace } from './kinds/replace.js'
import { type RequestFields, requestFields } from './kinds/request-fields.js'
import { type ResponseFields, responseFields } from './kinds/response-fields.js'
import { type RstStream, rstStream } from './kinds/rst-stream.js'
import { type Slice, slice } from './kinds/slice.js'
import { type SourceError, sourceError } from './kinds/source-error.js'
import { type Stall, stall } from './kinds/stall.js'
import { type Status, status } from './kinds/status.js'
import { type Throttle, throttle } from './kinds/throttle.js'
import { type Truncate, truncate } from './kinds/truncate.js'
import { type UntilClose, untilClose } from './kinds/until-close.js'
import { type UploadReset, uploadReset } from './kinds/upload-reset.js'
import { type UploadStall, uploadStall } from './kinds/upload-stall.js'
import { type UploadStatus, uploadStatus } from './kinds/upload-status.js'
import { type UploadThrottle, uploadThrottle } from './kinds/upload-throttle.js'
import { type WrongContentRange, wrongContentRange } from './kinds/wrong-content-range.js'

/**
 * A fault: what goes wrong in a response, by `kind`. Offsets and sizes are in bytes, times in ms. A fault
 * that the protocol of a request can't express does nothing and is recorded as `not applicable`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Fault, faultServer } from 'lastbyte/testing'
 *
 * const fault: Fault = { kind: 'status', status: 503, retryAfter: 2 }
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * server.faults.arm({ fault, times: 1 })
 * const response = await fetch(`${server.url}/clip.mp4`)
 * assert.equal(response.status, 503)
 * assert.equal(response.headers.get('retry-after'), '2')
 * ```
 */
export type Fault =
  | Truncate
  | ConnectionReset
  | EndEarly
  | EmptyResponse
  | Stall
  | Latency
  | Throttle
  | Slice
  | Corrupt
  | MalformedChunk
  | Chunked
  | Garbage
  | Status
  | IgnoreRange
  | RequestFields
  | ResponseFields
  | Replace
  | UntilClose
  | NoCloseNotify
  | Desync
  | HideFailure
  | WrongContentRange
  | EtagFlip
  | ContentChange
  | SourceError
  | Goaway
  | RstStream
  | UploadReset
  | UploadStall
  | UploadStatus
  | UploadThrottle
  | EventCut
  | EventDuplicate
  | EventReorder
  | EventId
  | EventDelay
  | EventRetry

/** All kinds of faults by name. */
export const FAULT_KINDS: {
  readonly [K in Fault['kind']]: FaultKind<Extract<Fault, { kind: K }>>
} = {
  truncate,
  'connection-reset': connectionReset,
  'end-early': endEarly,
  'empty-response': emptyResponse,
  stall,
  latency,
  throttle,
  slice,
  corrupt,
  'malformed-chunk': malformedChunk,
  chunked,
  garbage,
  status,
  'ignore-range': ignoreRange,
  'request-fields': requestFields,
  'response-fields': responseFields,
  replace,
  'until-close': untilClose,
  'no-close-notify': noCloseNotify,
  desync,
  'hide-failure': hideFailure,
  'wrong-content-range': wrongContentRange,
  'etag-flip': etagFlip,
  'content-change': contentChange,
  'source-error': sourceError,
  goaway,
  'rst-stream': rstStream,
  'upload-reset': uploadReset,
  'upload-stall': uploadStall,
  'upload-status': uploadStatus,
  'upload-throttle': uploadThrottle,
  'event-cut': eventCut,
  'event-duplicate': eventDuplicate,
  'event-reorder': eventReorder,
  'event-id': eventId,
  'event-delay': eventDelay,
  'event-retry': eventRetry,
}

/** The kind of a fault. */
export function kindOf(fault: Fault): FaultKind<Fault> {
  return FAULT_KINDS[fault.kind] as unknown as FaultKind<Fault>
}
