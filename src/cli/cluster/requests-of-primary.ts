import type { GracefulStop } from '../graceful-stop.js'
import { type HangupMeaning, hangupMeaning } from '../hangup.js'
import type { ToWorker } from './messages.js'

type Request = Extract<ToWorker, { kind: 'stop' | 'reload' }>

/**
 * What the primary, or a signal, wants of this worker. Requests that arrive before the server exists wait for it.
 * A signal that is repeated does nothing: a terminal and a service manager signal the whole process group, and the
 * primary decides what a second signal means.
 */
export class RequestsOfPrimary {
  readonly #waiting: Request[] = []
  #act: (request: Request) => void = (request) => void this.#waiting.push(request)

  constructor(hangup: HangupMeaning = hangupMeaning()) {
    const stop = (step: 'drain' | 'close') => (signal: NodeJS.Signals) =>
      this.#act({ kind: 'stop', step, signal })
    process.on('SIGTERM', stop('drain')).on('SIGINT', stop('close'))
    process.on('SIGHUP', hangup === 'stop' ? stop('close') : () => this.#act({ kind: 'reload' }))
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop' || message.kind === 'reload') this.#act(message)
    })
  }

  /** Performs the requests that have arrived, and those to come. */
  perform(server: Pick<GracefulStop, 'drain' | 'close'>, reload: () => void): void {
    this.#act = (request) => {
      if (request.kind === 'reload') return reload()
      if (request.step === 'drain') server.drain(request.signal)
      else server.close(request.signal)
    }
    for (const request of this.#waiting.splice(0)) this.#act(request)
  }
}
