import type { FastifyInstance, FastifyReply } from 'fastify'
import { EventFraming } from '../body/event-framing.js'
import type { Transfer } from '../delivery/transfer.js'
import { TransferRegistry } from '../delivery/transfer-registry.js'
import type { ServerSentEvent } from '../http/event-stream.js'
import { decodeLastEventId } from '../http/stream-id.js'
import { createContext } from '../request/context.js'
import { sendStream } from '../response/send-stream.js'
import { settleStreams } from '../settings/stream-settings.js'

export interface WatcherStreamOptions {
  /** ms between two heartbeats of an idle stream. Default 15,000. */
  readonly heartbeat?: number | undefined
}

/** The events for a watcher that has received those up to `lastEventId`, until the signal is aborted. */
export type WatchedEvents = (
  lastEventId: string | undefined,
  signal: AbortSignal,
) => AsyncGenerator<ServerSentEvent, void, void>

/** Sends events to a watcher. */
export type SendToWatcher = (reply: FastifyReply, events: WatchedEvents) => Promise<FastifyReply>

/** ms that a disconnected watcher waits before it reconnects. */
export const RETRY = 1000

/**
 * Times in ms; the stall timeout is for watchers that accept no byte. No fault applies to the stream
 * itself.
 */
const CONTEXT_SETTINGS = {
  faults: undefined,
  shutdownGrace: 0,
  sourceTimeout: 60_000,
  stallTimeout: 60_000,
  zeroCopy: 'off',
} as const

/** Streams of Server-Sent Events to watchers of the application. An event is requested when the one before it is sent. */
export function watcherStreams(
  app: FastifyInstance,
  { heartbeat }: WatcherStreamOptions,
): SendToWatcher {
  const context = createContext(app, CONTEXT_SETTINGS, new WatcherRegistry())
  const settings = settleStreams(heartbeat === undefined ? {} : { heartbeat })
  return async (reply, events) => {
    const lastEventId = decodeLastEventId(reply.request.headers['last-event-id'])
    const { errorEvent } = settings
    const framing = EventFraming.ofItems({
      retry: undefined,
      errorEvent,
      lastEventId,
      now: Date.now,
    })
    const items = ({ signal }: Pick<Transfer, 'signal'>) => events(lastEventId, signal)
    await sendStream(context, reply, { items, framing, settings, stops: 'at once' }, undefined)
    return reply
  }
}

/**
 * The streams of watchers. They aren't transfers of the application: no metric counts them, and only a
 * watcher that was too slow gets a log line.
 */
class WatcherRegistry extends TransferRegistry {
  override begin(...[subject, peer, timeouts, report]: Parameters<TransferRegistry['begin']>) {
    return super.begin(subject, peer, timeouts, (record) => {
      if (record.error?.code === 'STREAM_FAILED') report(record)
    })
  }
}
