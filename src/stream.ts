import type { FastifyReply } from 'fastify'
import { FramedBody } from './body/framed-body.js'
import type { Framing } from './body/framing.js'
import type { Body } from './delivery/deliver.js'
import type { Desk } from './desk.js'
import type { Delivery } from './exchange.js'
import { beginDelivery } from './exchange.js'
import { stageFaults } from './fault-stage.js'
import { handOn } from './hand-on.js'
import { describeFailure } from './http/stream-error.js'
import { watchPermission } from './permission.js'
import { refuse } from './refusal.js'
import type { StreamSettings } from './stream-settings.js'

/** What a stream of an application is made of. */
export interface Streamed<T> {
  /** Its items, for as long as the signal is not aborted. */
  readonly items: (signal: AbortSignal) => AsyncIterator<T>
  readonly framing: Framing<T>
  readonly settings: StreamSettings
  /** The application's own switch. */
  readonly signal: AbortSignal | undefined
}

/** Fields of every framed stream: kept by nobody, changed by nobody, buffered by no proxy. */
const FIELDS = {
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

/** A body of one piece, of which nobody knows the length. */
const ENDLESS = [{ kind: 'literal', bytes: { length: Number.POSITIVE_INFINITY } }] as const

/** Sends an application's stream. Never rejects. */
export async function sendStream<T>(
  desk: Desk,
  { items, framing, settings, signal }: Streamed<T>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (reply.request.method === 'HEAD') {
    items(AbortSignal.abort())
      .return?.()
      .catch(() => {})
    return describe(reply, framing).send()
  }
  const delivery = beginDelivery(desk, reply, signal)
  const { transfer } = delivery
  try {
    const source = items(transfer.signal)
    desk.book.leaveOpen(transfer)
    const faults = desk.settings.faults
    const stage = faults && stageFaults(faults, reply, transfer, desk.departures)
    if (stage && (await stage.before(undefined)) === 'answered') {
      desk.book.forget(transfer)
      return reply
    }
    const frames = { source, framing, settings }
    return await sendFrames({ ...delivery, faults: stage }, frames)
  } catch (error) {
    return refuseStream(delivery, error)
  }
}

/** Frames on their way: their items, their form, and what holds the source open. */
export interface Frames<T> {
  readonly source: AsyncIterator<T>
  readonly framing: Framing<T>
  readonly settings: StreamSettings
  readonly release?: () => Promise<void>
}

/** Sends frames from the first one on. Rejects where there is a status to tell of a failure. */
export async function sendFrames<T>(
  delivery: Delivery,
  { source, framing, settings, release }: Frames<T>,
): Promise<FastifyReply> {
  const { reply, transfer, faults } = delivery
  const rest = new FramedBody(source, framing, settings)
  const letGo = () =>
    rest.return().catch((error) => reply.log.warn({ err: error }, 'cannot let go'))
  transfer.waitFor('ourselves')
  const opening = transfer.until(rest.next()).catch((error) => {
    letGo()
    throw error
  })
  const { value: first } = await opening

  transfer.status = describe(reply, framing).statusCode
  const unwatch = watchPermission(settings, reply.request, transfer)
  const body: Body = {
    length: undefined,
    first,
    rest,
    waiting: 'ourselves',
    lastWords: (error) => Buffer.from(framing.failure(error)),
  }
  faults?.frame('unknown')
  handOn(delivery, faults?.body(ENDLESS, body, undefined) ?? body, async () => {
    unwatch()
    letGo()
    await release?.()
  })
  return reply
}

/** Answers a failure before the first frame, while there is a status to tell it. */
export function refuseStream({ desk, reply, transfer }: Delivery, error: unknown): FastifyReply {
  desk.book.forget(transfer)
  const { signal, subject } = transfer
  if (signal.aborted && signal.reason.code === 'CLIENT_GONE') return reply.hijack()
  const { code, message } = describeFailure(error, false)
  if (code >= 500) reply.log.error({ path: subject.path, err: error }, 'failed before the headers')
  return refuse(reply, code, message, code === 503 ? { 'retry-after': '1' } : {})
}

function describe(reply: FastifyReply, { contentType }: Framing<never>): FastifyReply {
  for (const [field, value] of Object.entries(FIELDS)) {
    if (!reply.hasHeader(field)) reply.header(field, value)
  }
  return reply.header('content-type', contentType)
}
