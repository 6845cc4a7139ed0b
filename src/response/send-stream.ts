import type { FastifyReply } from 'fastify'
import { FramedBody } from '../body/framed-body.js'
import type { Framing } from '../body/framing.js'
import type { Body } from '../delivery/deliver.js'
import { describeFailure } from '../http/stream-error.js'
import type { RegistrationContext } from '../request/context.js'
import type { Delivery } from '../request/exchange.js'
import { beginTransfer } from '../request/exchange.js'
import { reauthorizePeriodically } from '../request/reauthorize.js'
import type { StreamSettings } from '../settings/stream-settings.js'
import { createFaultInjector } from './fault-injector.js'
import { sendProblem } from './problem-response.js'
import { startDelivery } from './start-delivery.js'

/** What a stream of an application is made of. */
export interface ApplicationStream<T> {
  /** Its items, for as long as the signal is not aborted. */
  readonly items: (signal: AbortSignal) => AsyncIterator<T>
  readonly framing: Framing<T>
  readonly settings: StreamSettings
  /** The application's own switch. */
  readonly signal: AbortSignal | undefined
  /** When a server that stops ends it: one that would never end by itself is not waited for. */
  readonly stops: 'at once' | 'after the grace'
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
  context: RegistrationContext,
  { items, framing, settings, signal, stops }: ApplicationStream<T>,
  reply: FastifyReply,
): Promise<void> {
  if (reply.request.method === 'HEAD') {
    letGo(items(AbortSignal.abort()), reply)
    setStreamHeaders(reply, framing).send()
    return
  }
  const delivery = beginTransfer(context, reply, signal)
  const { transfer } = delivery
  try {
    const source = items(transfer.signal)
    if (stops === 'at once') context.transfers.markOpenEnded(transfer)
    const faults = createFaultInjector(delivery)
    if ((await faults?.before(undefined)) === 'answered') {
      context.transfers.forget(transfer)
      letGo(source, reply)
      return
    }
    await sendFrames({ ...delivery, faults }, { source, framing, settings })
  } catch (error) {
    refuseStream(delivery, error)
  }
}

/** Frames on their way: their items, their form, and what holds the source open. */
export interface Frames<T> {
  readonly source: AsyncIterator<T>
  readonly framing: Framing<T>
  readonly settings: StreamSettings
  readonly release?: () => Promise<void>
}

/**
 * Sends frames from the first one on. Rejects, with the source let go, where there is a status to
 * tell of a failure.
 */
export async function sendFrames<T>(
  delivery: Delivery,
  { source, framing, settings, release }: Frames<T>,
): Promise<void> {
  const { reply, transfer, faults } = delivery
  const rest = new FramedBody(source, framing, settings)
  const end = async () => {
    letGo(rest, reply)
    await release?.()
  }
  transfer.waitFor('server')
  const { value: first } = await transfer.until(rest.next()).catch(async (error) => {
    await end()
    throw error
  })

  transfer.status = setStreamHeaders(reply, framing).statusCode
  const unwatch = reauthorizePeriodically(settings, reply.request, transfer)
  const body: Body = {
    length: undefined,
    first,
    rest,
    waiting: 'server',
    errorFrame: (error) => Buffer.from(framing.failure(error)),
  }
  faults?.frame('unknown')
  startDelivery(delivery, faults?.body(ENDLESS, body, undefined) ?? body, () => {
    unwatch()
    return end()
  })
}

/** The fields of a stream; what the application has set stays. */
export function setStreamHeaders(
  reply: FastifyReply,
  { contentType }: Framing<never>,
): FastifyReply {
  for (const [field, value] of Object.entries(FIELDS)) {
    if (!reply.hasHeader(field)) reply.header(field, value)
  }
  return reply.header('content-type', contentType)
}

/** Answers a failure before the first frame, while there is a status to tell it. */
function refuseStream({ context, reply, transfer }: Delivery, error: unknown): void {
  context.transfers.forget(transfer)
  const { signal, subject } = transfer
  if (signal.aborted && signal.reason.code === 'CLIENT_GONE') {
    reply.hijack()
    return
  }
  const { code, message } = describeFailure(error, false)
  if (code >= 500) reply.log.error({ path: subject.path, err: error }, 'failed before the headers')
  sendProblem(reply, code, message, code === 503 ? { 'retry-after': '1' } : {})
}

function letGo(source: AsyncIterator<unknown>, reply: FastifyReply): void {
  source.return?.()?.catch((error) => reply.log.warn({ err: error }, 'cannot let a source go'))
}
