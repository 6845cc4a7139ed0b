import type { FastifyReply } from 'fastify'
import type { Framing } from '../body/framing.js'
import { asLastbyteError } from '../errors.js'
import { EVENT_STREAM_TYPE, formatEvent } from '../http/event-stream.js'
import { formatFrameEvent } from '../http/frame.js'
import { namesFrames, preferredForm } from '../http/frame-form.js'
import { PROBLEM_TYPE } from '../http/problem.js'
import { parseRetryAfter } from '../http/retry-after.js'
import { describeFailure, StreamError } from '../http/stream-error.js'
import { decodeLastEventId, parseStreamId } from '../http/stream-id.js'
import type { Delivery } from '../request/exchange.js'
import { retryOf, type StreamSettings } from '../settings/stream-settings.js'
import { type HeaderFields, mergeFields, withoutRepresentation } from './header-fields.js'
import { hasTerminalId, streamFields } from './prepare-stream.js'
import type { PreparedResponse } from './prepared-response.js'

/** A failure before the header section, and the error response that other clients get. */
export interface EarlyFailure {
  readonly error: unknown
  readonly status: number
  readonly detail?: string | undefined
  /** The fields of the error response. */
  readonly fields: HeaderFields
}

/** Statuses after which the same request may succeed (RFC 9110 §15.6.3 to §15.6.5). */
const TEMPORARY = new Set([502, 503, 504])
/** Fields of an error response that an event in its place keeps. */
const READABLE = /^(?:access-control-.*|proxy-status|vary)$/
const EVENTS = { contentType: `${EVENT_STREAM_TYPE}; charset=utf-8` } as const
/** ms after which a client reconnects, where the option `retry` is not set: about the browsers' default. */
const DEFAULT_RETRY = 3_000
/** ms at most: EventSource keeps the time for every later interruption as well. */
const LONGEST_RETRY = 30_000

/**
 * The response to a client of an event stream for a failure that may be over soon: an `error` event in place
 * of the status. EventSource stops for ever at any status but 200 (HTML Living Standard §9.2.3), and
 * reconnects after the end of a stream. undefined for other clients and failures.
 */
export function temporaryFailure(
  { reply, transfer }: Delivery,
  failure: EarlyFailure,
  settings: StreamSettings,
): PreparedResponse | undefined {
  const { error, status } = failure
  const isFinal = error instanceof StreamError && !error.retryable
  if (!TEMPORARY.has(status) || isFinal || !prefersEvents(reply)) return undefined
  const { method, headers } = reply.request
  // The client has received the whole stream, so there is nothing to wait for.
  if (hasTerminalId(headers['last-event-id'])) return { kind: 'status', status: 204, fields: {} }
  const application = withoutRepresentation(mergeFields({}, reply.getHeaders()))
  const fields = streamFields(withReadable(application, failure.fields), EVENTS)
  if (method === 'HEAD') return { kind: 'status', status: 200, fields }
  transfer.waitFor('server')
  return failedBody(fields, error, errorEvent(reply, failure, settings))
}

/**
 * The response with a stream whose only frame is an error, also a final one. For a client that has received a part
 * of the stream, and would not learn the cause from a status.
 */
export function errorEventResponse(
  { reply, transfer }: Delivery,
  framing: Framing<never>,
  error: unknown,
): PreparedResponse {
  transfer.waitFor('server')
  const fields = streamFields(mergeFields({}, reply.getHeaders()), framing)
  return failedBody(fields, error, framing.opening + framing.failure(error))
}

function failedBody(fields: HeaderFields, error: unknown, text: string): PreparedResponse {
  return {
    kind: 'body',
    status: 200,
    fields,
    body: {
      length: undefined,
      first: undefined,
      rest: failing(asLastbyteError(error, 'SOURCE_FAILED', 'Cannot begin the stream')),
      waiting: 'server',
      framing: { failure: () => text },
    },
    release: async () => {},
  }
}

/**
 * Adds the fields of the error response that are valid for the event too: the cause, and those by which a browser
 * lets a page of another site read it. Without these, EventSource fails for ever.
 */
function withReadable(application: HeaderFields, failure: HeaderFields): HeaderFields {
  const kept = Object.entries(failure).filter(([name]) => READABLE.test(name))
  return mergeFields(application, Object.fromEntries(kept))
}

/** Whether Accept prefers events to problem details. `*\/*` does not name them. */
function prefersEvents({ request }: FastifyReply): boolean {
  const { accept } = request.headers
  return namesFrames(accept) && preferredForm(accept, PROBLEM_TYPE) === 'events'
}

/** A body that fails at once, so that the transfer is recorded as failed, not as complete. */
function failing(error: Error): AsyncIterator<Uint8Array> {
  return { next: () => Promise.reject(error) }
}

/** The event has no id, so that the client resumes where it has been interrupted. */
function errorEvent(
  { request }: FastifyReply,
  { error, status, detail, fields }: EarlyFailure,
  settings: StreamSettings,
): string {
  const { type, message, retryable } = describeFailure(error, true)
  const now = Date.now()
  const id = decodeLastEventId(request.headers['last-event-id'])
  const position = id === undefined ? undefined : parseStreamId(id)
  const after = parseRetryAfter(fields['retry-after']?.toString(), now) ?? 0
  const retry = retryOf({ ...settings, retry: settings.retry ?? DEFAULT_RETRY }, Math.random())
  return (
    formatEvent({ retry: Math.max(retry ?? 0, Math.min(after, LONGEST_RETRY)) }) +
    formatFrameEvent(
      {
        type: 'error',
        error: {
          type: retryable ? type : 'source_error',
          message: detail ?? message,
          code: status,
          retryable: true,
          timestamp: new Date(now).toISOString(),
          offset: position?.kind === 'position' ? position.offset : 0,
        },
      },
      { event: settings.errorEvent },
    )
  )
}
