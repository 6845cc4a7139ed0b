import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { ServerSentEvent } from '../http/event-stream.js'
import { StreamError } from '../http/stream-error.js'
import { printableText } from '../printable-text.js'
import { RETRY, type WatcherStreamOptions, watcherStreams } from './watcher-stream.js'

/** Sends the live journal, of one rule if `rule` is given. */
export type SendJournal = (reply: FastifyReply, rule: string | undefined) => Promise<FastifyReply>

/** The journal as Server-Sent Events: the settled entries so far, and then each entry as it settles. */
export function journalStream(
  app: FastifyInstance,
  layer: FaultLayer,
  options: WatcherStreamOptions,
): SendJournal {
  const send = watcherStreams(app, options)
  // A Last-Event-ID of an earlier process must not skip entries of this one.
  const session = randomUUID().slice(0, 8)
  return (reply, rule) =>
    send(reply, (lastEventId, signal) => {
      const after = numberOf(lastEventId, session)
      return events(layer, { rule, after, session }, signal)
    })
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
