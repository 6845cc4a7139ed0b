import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { EventFraming } from '../body/event-framing.js'
import { TransferRegistry } from '../delivery/transfer-registry.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { ServerSentEvent } from '../http/event-stream.js'
import { StreamError } from '../http/stream-error.js'
import { decodeLastEventId } from '../http/stream-id.js'
import { printableText } from '../printable-text.js'
import { createContext } from '../request/context.js'
import { sendStream } from '../response/send-stream.js'
import { settleStreams } from '../settings/stream-settings.js'

export interface JournalStreamOptions {
  /** ms between two heartbeats of an idle stream. Default 15,000. */
  readonly heartbeat?: number | undefined
}

/** Sends the live journal, of one rule if `rule` is given. */
export type SendJournal = (reply: FastifyReply, rule: string | undefined) => Promise<FastifyReply>

/** ms that a disconnected watcher waits before it reconnects. */
const RETRY = 1000

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

/** The journal as Server-Sent Events: the settled entries so far, and then each entry as it settles. */
export function journalStream(
  app: FastifyInstance,
  layer: FaultLayer,
  { heartbeat }: JournalStreamOptions,
): SendJournal {
  const context = createContext(app, CONTEXT_SETTINGS, new WatcherRegistry())
  const settings = settleStreams(heartbeat === undefined ? {} : { heartbeat })
  // A Last-Event-ID of an earlier process must not skip entries of this one.
  const session = randomUUID().slice(0, 8)
  return async (reply, rule) => {
    const lastEventId = decodeLastEventId(reply.request.headers['last-event-id'])
    const { errorEvent } = settings
    const framing = new EventFraming({ retry: undefined, errorEvent, lastEventId, now: Date.now })
    const after = numberOf(lastEventId, session)
    const items = (signal: AbortSignal) => events(layer, { rule, after, session }, signal)
    await sendStream(context, reply, { items, framing, settings, stops: 'at once' }, undefined)
    return reply
  }
}

interface Watcher {
  readonly rule: string | undefined
  /** The number of the last entry that the watcher has; 0 for none. */
  readonly after: number
  readonly session: string
}

/** @throws StreamError for a watcher that was too slow, so that it lacks entries */
async function* events(
  layer: FaultLayer,
  { rule, after, session }: Watcher,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent, void, void> {
  yield { retry: RETRY, comment: `seed ${layer.seed}` }
  for await (const item of layer.readJournal(after, signal)) {
    if (item.kind === 'missed') throw tooSlow(item.entries)
    const { number, entry } = item
    if (rule === undefined || entry.rule === rule) {
      // Watchers are read on terminals.
      yield { id: `${session}.${number}`, data: printableText(JSON.stringify(entry)) }
    }
  }
}

function tooSlow(entries: number): StreamError {
  const message = `The watcher read too slowly: it missed ${entries} journal entries, which are no longer kept.`
  return new StreamError({ type: 'watcher_too_slow', status: 503, retryable: true }, message)
}

/** The number of the entry that Last-Event-ID names; 0 if it names none of this process. */
function numberOf(lastEventId: string | undefined, session: string): number {
  const [, named, number] = /^([0-9a-f]{8})\.(\d{1,15})$/.exec(lastEventId ?? '') ?? []
  return named === session ? Number(number) : 0
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
