import type { FastifyReply } from 'fastify'
import { FramedBody } from '../body/framed-body.js'
import type { Framing } from '../body/framing.js'
import type { Body } from '../delivery/deliver.js'
import { toError } from '../errors.js'
import { INCREMENTAL_FIELDS } from '../http/incremental.js'
import { describeFailure } from '../http/stream-error.js'
import { decodeLastEventId, isTerminalId } from '../http/stream-id.js'
import type { Delivery } from '../request/exchange.js'
import { reauthorizePeriodically } from '../request/reauthorize.js'
import type { StreamSettings } from '../settings/stream-settings.js'
import { earlyResponse } from './early-response.js'
import { type HeaderFields, mergeFields } from './header-fields.js'
import type { BodyResponse, PreparedResponse } from './prepared-response.js'
import { publicError } from './problem.js'
import { problemResponse } from './problem-response.js'

/** A stream of an application, from `reply.eventStream` or `reply.ndjson`. */
export interface ApplicationStream<T> {
  /** Opens the source, which must stop when the signal is aborted. */
  readonly items: (signal: AbortSignal) => AsyncIterator<T>
  readonly framing: Framing<T>
  readonly settings: StreamSettings
  /** When a closing server ends the stream: an endless one at once, others after `shutdownGrace`. */
  readonly stops: 'at once' | 'after the grace'
  /** How a failure before the first item is told: `event` where the client has received a part of the stream. */
  readonly tells?: 'status' | 'event'
}

/** Fields of every framed stream: not stored, not transformed, not buffered by a proxy. */
const STREAM_FIELDS = {
  'cache-control': 'no-store, no-transform',
  ...INCREMENTAL_FIELDS,
  'x-content-type-options': 'nosniff',
}

/** The layout of a body of unknown length, in which faults find their offsets. */
const UNBOUNDED = [{ kind: 'literal', bytes: { length: Number.POSITIVE_INFINITY } }] as const

/**
 * Prepares the response with an application's stream, whose source has been opened. Releases the source,
 * unless the body of the response reads from it.
 */
export async function prepareStream<T>(
  delivery: Delivery,
  stream: ApplicationStream<T>,
  source: AsyncIterator<T>,
): Promise<PreparedResponse> {
  const { context, reply, transfer, faults } = delivery
  try {
    if (stream.stops === 'at once') context.transfers.markOpenEnded(transfer)
    const early = await earlyResponse(reply, faults, undefined)
    if (early === undefined) {
      const fields = () => streamFields(mergeFields({}, reply.getHeaders()), stream.framing)
      return await prepareFrames(delivery, { ...stream, source, fields, release: async () => {} })
    }
    releaseSource(source, reply)
    return early
  } catch (error) {
    releaseSource(source, reply)
    throw error
  }
}

/**
 * The response that does not read the source: to HEAD, and to an EventSource that has received the
 * terminal frame, which a 204 stops from reconnecting (HTML Living Standard §9.2.3).
 */
export function responseWithoutSource(
  reply: FastifyReply,
  framing: Framing<never>,
): PreparedResponse | undefined {
  const { method, headers } = reply.request
  if (hasTerminalId(headers['last-event-id'])) return { kind: 'status', status: 204, fields: {} }
  if (method !== 'HEAD') return undefined
  const fields = mergeFields({}, reply.getHeaders())
  return { kind: 'status', status: reply.statusCode, fields: streamFields(fields, framing) }
}

/** Whether Last-Event-ID is the id of a terminal frame, after which the stream does not continue. */
export function hasTerminalId(field: string | string[] | undefined): boolean {
  const id = decodeLastEventId(field)
  return id !== undefined && isTerminalId(id)
}

/** The frames of an open source. */
export interface Frames<T> {
  readonly source: AsyncIterator<T>
  readonly framing: Framing<T>
  readonly settings: StreamSettings
  /** The header fields; called after the first frame was read. */
  readonly fields: () => HeaderFields
  /** Closes the source. */
  readonly release: () => Promise<void>
}

/**
 * Prepares the response with frames. Waits for the first frame, so that a source that fails at once
 * becomes an error status.
 *
 * @throws what the source throws before its first frame; the source is released then
 */
export async function prepareFrames<T>(
  { reply, transfer, faults }: Delivery,
  { source, framing, settings, fields, release }: Frames<T>,
): Promise<BodyResponse> {
  const rest = new FramedBody(source, framing, settings)
  const end = async () => {
    releaseSource(rest, reply)
    await release()
  }
  transfer.waitFor('server')
  const begin = async () => ({ first: (await rest.next()).value, described: fields() })
  const { first, described } = await transfer.until(begin()).catch(async (error) => {
    await end()
    throw error
  })
  const stopReauthorizing = reauthorizePeriodically(settings, reply.request, transfer)
  const body: Body = {
    length: undefined,
    first,
    rest,
    waiting: 'server',
    errorFrame: (error) => Buffer.from(framing.failure(error)),
  }
  faults?.session.describe(described)
  faults?.frame('unknown')
  return {
    kind: 'body',
    status: reply.statusCode,
    fields: described,
    body: faults?.body(UNBOUNDED, body, undefined) ?? body,
    release: () => {
      stopReauthorizing()
      return end()
    },
  }
}

/** The fields of a stream. The application's fields replace the defaults, except for Content-Type. */
export function streamFields(
  application: HeaderFields,
  { contentType }: Pick<Framing<never>, 'contentType'>,
): HeaderFields {
  return { ...STREAM_FIELDS, ...application, 'content-type': contentType }
}

/**
 * The response for an error before the first frame. Its status is the code that an error frame would
 * have.
 */
export function streamFailure({ reply, transfer }: Delivery, thrown: unknown): PreparedResponse {
  const error = toError(thrown)
  const { signal, subject } = transfer
  if (signal.aborted && signal.reason.code === 'CLIENT_GONE') return { kind: 'client-gone' }
  const { code: status, message } = describeFailure(error, false)
  if (status >= 500) {
    reply.log.error({ path: subject.path, err: error }, 'failed before the header section')
  }
  const fields = status === 503 ? { 'retry-after': '1' } : {}
  const problem = { status, detail: message, fields }
  return problemResponse(reply, problem, publicError(error, problem))
}

/** Releases a source without waiting until that is done. */
export function releaseSource(source: AsyncIterator<unknown>, reply: FastifyReply): void {
  source
    .return?.()
    ?.catch((error) =>
      reply.log.warn({ err: toError(error) }, 'cannot release the source of a stream'),
    )
}
