import { delay } from '../../async/delay.js'
import type { ServerSentEvent } from '../../http/event-stream.js'
import { printableText } from '../../printable-text.js'
import { RETRY } from '../watcher-stream.js'
import {
  formatPosition,
  joinReports,
  parsePosition,
  positionAfter,
  type TransferView,
} from './transfer-report.js'

/** ms between two events. */
const PERIOD = 1000

/**
 * The transfers as events, one a second: all that run, those that have ended since the event before, and the rates
 * since then. An event is made when the watcher takes it, so a slow watcher gets fewer of them and costs no memory.
 * A reconnect with Last-Event-ID misses no transfer that has ended meanwhile, as long as it is kept.
 */
export async function* transferEvents(
  view: TransferView,
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent, void, void> {
  let position = parsePosition(lastEventId)
  yield { retry: RETRY, comment: 'transfers' }
  while (!signal.aborted) {
    const reports = await view.report(position)
    position = positionAfter(reports, position)
    yield {
      id: formatPosition(position),
      // Watchers are read on terminals.
      data: printableText(JSON.stringify(joinReports(reports))),
    }
    await delay(PERIOD, signal).catch(() => {})
  }
}
