import type { GracefulStop } from './graceful-stop.js'
import { type HangupMeaning, hangupMeaning } from './hangup.js'

/**
 * Stops the server at signals, each further one a step further: SIGTERM drains, the next signal closes the port, the
 * next one ends the process. SIGINT, which a person sends, doesn't drain. Nor does SIGHUP where it means to stop;
 * elsewhere it reloads.
 */
export function stopOnSignals(
  stop: Pick<GracefulStop, 'phase' | 'drain' | 'close'>,
  reload: () => void,
  hangup: HangupMeaning = hangupMeaning(),
): void {
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.phase === 'closing') process.exit(1)
    if (stop.phase === 'serving' && signal === 'SIGTERM') stop.drain(signal)
    else stop.close(signal)
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  process.on('SIGHUP', hangup === 'stop' ? onSignal : reload)
}
