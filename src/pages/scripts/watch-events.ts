import { fetchTransport } from '../../client/platform/fetch-transport.js'
import type { Platform } from '../../client/platform/platform.js'
import { readEventStreamOn } from '../../client/stream/read-event-stream.js'
import type { LastbyteError } from '../../errors.js'
import { bearer } from './access-token.js'

/** What a page shows of its connection to the server. */
export type WatchState =
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting' }
  /** The server refuses the request: the token is missing or wrong. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'lost'; readonly reason: string }

export interface WatchedStream {
  readonly url: string
  readonly token: string | undefined
  readonly signal: AbortSignal
  /** The id of the last event that the page has; default: none. */
  readonly lastEventId?: string
  /** ms without a byte after which the connection counts as broken. */
  readonly stall: number
}

export interface Watcher {
  event(data: string, id: string): void
  state(state: WatchState): void
}

/** Without the hash functions of `lastbyte/client`: an event stream has no digest. */
const PLATFORM: Platform = {
  openTransport: (insecure) => ({ send: fetchTransport(fetch, insecure), close() {} }),
  createHash() {
    throw new Error('expected no digest of an event stream')
  },
}

/** Reads events until the signal is aborted, or the server refuses. Resolves in every case. */
export async function watchEvents(
  { url, token, signal, lastEventId, stall }: WatchedStream,
  watcher: Watcher,
  read = readEventStreamOn(PLATFORM),
): Promise<void> {
  try {
    const events = read(url, {
      headers: bearer(token),
      signal,
      stall,
      ...(lastEventId !== undefined && { lastEventId }),
      onEvent: () => watcher.state({ kind: 'reconnecting' }),
    })
    for await (const { data, id } of events) {
      watcher.state({ kind: 'live' })
      watcher.event(data, id)
    }
    watcher.state({ kind: 'lost', reason: 'the server has ended the stream' })
  } catch (error) {
    if (signal.aborted) return
    const { facts = {}, message } = error as Partial<LastbyteError>
    const { status } = facts
    if (status === 401 || status === 403) watcher.state({ kind: 'refused', status })
    else watcher.state({ kind: 'lost', reason: message ?? 'no reason is known' })
  }
}
