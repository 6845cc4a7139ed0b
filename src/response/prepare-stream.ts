import type { FastifyReply } from 'fastify'
import { FramedBody } from '../body/framed-body.js'
import type { Framing } from '../body/framing.js'
import type { TextReader, TextSource } from '../body/text-source.js'
import type { Body } from '../delivery/deliver.js'
import type { Transfer } from '../delivery/transfer.js'
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
  /** Opens the source, which must stop when the signal of the transfer is aborted. */
  readonly items: (transfer: Pick<Transfer, 'signal'>) => AsyncIterator<T>
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
export function prepareStream<T>(
  delivery: Delivery,
  stream: ApplicationStream<T>,
  source: AsyncIterator<T>,
): Promise<PreparedResponse> {
  const { context, reply, transfer, faults } = delivery
  if (stream.stops === 'at once') context.transfers.markOpenEnded(transfer)
  const { framing, settings } = stream
  const fields = () => streamFields(mergeFields({}, reply.getHeaders()), framing)
  const frames: Frames<T> = { source, framing, settings, fields, release: nothing }
  return faults === undefined ? prepareFrames(delivery, frames) : prepareEarly(delivery, frames)
}

/** Like {@link prepareFrames}, where a fault may respond before. */
async function prepareEarly<T>(delivery: Delivery, frames: Frames<T>): Promise<PreparedResponse> {
  const { reply, faults } = delivery
  let early: PreparedResponse | undefined
  try {
    early = await earlyResponse(reply, faults, undefined)
  } catch (error) {
    releaseSource(frames.source, reply)
    throw error
  }
  if (early === undefined) return prepareFrames(delivery, frames)
  releaseSource(frames.source, reply)
  return early
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
  { context, reply, transfer, faults }: Delivery,
  { source, framing, settings, fields, release }: Frames<T>,
): Promise<BodyResponse> {
  const rest = new FramedBody(source, framing, settings, context.turns)
  transfer.waitFor('server')
  let first: Uint8Array | undefined
  let described: HeaderFields
  try {
    first = await transfer.during(FirstText.of(rest))
    described = fields()
  } catch (error) {
    releaseSource(rest, reply)
    await release()
    throw error
  }
  const body: Body = { length: undefined, first, rest, waiting: 'server', framing }
  faults?.session.describe(described)
  faults?.frame('unknown')
  return new FramesResponse(reply, described, {
    body: faults?.body(UNBOUNDED, body, undefined) ?? body,
    rest,
    release,
    stopReauthorizing: reauthorizePeriodically(settings, reply.request, transfer),
  })
}

async function nothing(): Promise<void> {}

type Settled = (first: Uint8Array | undefined) => void

/** Waits for the first text of a stream by one promise: many streams may wait for the same event. */
class FirstText implements TextReader {
  private constructor(
    private readonly resolve: Settled,
    private readonly reject: (reason: unknown) => void,
  ) {}

  static of(source: TextSource) {
    return (resolve: Settled, reject: (reason: unknown) => void) =>
      source.pull(new FirstText(resolve, reject))
  }

  text(text: string): void {
    this.resolve(Buffer.from(text))
  }

  end(): void {
    this.resolve(undefined)
  }

  fail(error: unknown): void {
    this.reject(error)
  }
}

interface OpenFrames {
  readonly body: Body
  readonly rest: AsyncIterator<Uint8Array>
  readonly release: () => Promise<void>
  readonly stopReauthorizing: () => void
}

/** A response with frames, which stays for hours: it keeps nothing that only its preparation needs. */
class FramesResponse implements BodyResponse {
  readonly kind = 'body'
  readonly status: number

  constructor(
    private readonly reply: FastifyReply,
    readonly fields: HeaderFields,
    private readonly frames: OpenFrames,
  ) {
    this.status = reply.statusCode
  }

  get body(): Body {
    return this.frames.body
  }

  release(): Promise<void> {
    const { rest, release, stopReauthorizing } = this.frames
    stopReauthorizing()
    releaseSource(rest, this.reply)
    return release()
  }
}

/** The fields of a stream. The application's fields replace the defaults, except for Content-Type. */
export function streamFields(
  application: HeaderFields,
  { contentType }: Pick<Framing<never>, 'contentType'>,
): HeaderFields {
  // Not by a spread, which gives each object a shape of its own.
  return Object.assign({}, STREAM_FIELDS, application, { 'content-type': contentType })
}

/**
 * The response for an error before the first frame. Its status is the code that an error frame would
 * have.
 */
export function streamFailure({ reply, transfer }: Delivery, thrown: unknown): PreparedResponse {
  const error = toError(thrown)
  const { abortReason, subject } = transfer
  if (abortReason?.code === 'CLIENT_GONE') return { kind: 'client-gone' }
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
