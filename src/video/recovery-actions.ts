import type { GuardWorker } from './guard-worker.js'
import type { LatestProbe } from './latest-probe.js'
import type { MediaWatch } from './media-watch.js'
import type { PlayerReload } from './player-reload.js'
import type { LoadEffect, RecoveryEffect, RecoveryEvent } from './recovery-state.js'
import type { StallMeter } from './stall-meter.js'
import type { SupervisorView } from './supervisor-port.js'

/** ms that setTimeout takes; a longer wait ends early. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

/** What the effects of a recovery act on. */
export interface RecoveryParts {
  readonly media: HTMLMediaElement
  readonly view: SupervisorView
  readonly watch: MediaWatch
  readonly meter: StallMeter
  readonly reload: PlayerReload
  readonly worker: GuardWorker
  readonly probe: LatestProbe
  startProbe(): void
  verify(): void
  dispatch(event: RecoveryEvent): void
}

/** Performs the effects of a recovery on its element. */
export class RecoveryActions {
  #wait: ReturnType<typeof setTimeout> | undefined
  /** Whether the worker was asked to go on in this outage, before the element is loaded anew. */
  #isNudged = false

  constructor(private readonly parts: RecoveryParts) {}

  perform(effect: RecoveryEffect): void {
    const { media, view, reload, startProbe, verify, dispatch } = this.parts
    switch (effect.kind) {
      case 'probe':
        startProbe()
        break
      case 'wait': {
        const ms = Math.min(effect.ms, LONGEST_TIMEOUT)
        this.#wait = setTimeout(() => dispatch({ kind: 'waited' }), ms)
        this.#unpause()
        break
      }
      case 'cancel':
        this.cancel()
        break
      case 'hold':
        reload.begin()
        break
      case 'uncover':
        this.#isNudged = false
        reload.end()
        view.uncover()
        break
      case 'verify':
        verify()
        break
      case 'pause':
        view.cover()
        media.pause()
        break
      case 'stay-paused':
        media.pause()
        break
      case 'load':
        this.#load(effect)
        break
    }
  }

  cancel(): void {
    clearTimeout(this.#wait)
    this.parts.probe.cancel()
  }

  /**
   * Chromium pauses at an error. A pause of a person or of the page would then be none, without an event, and be
   * forgotten when the server is back.
   */
  #unpause(): void {
    const { media, watch } = this.parts
    const { error, paused, isConnected } = media
    if (error !== null && paused && isConnected && watch.wantsPlay) media.play().catch(() => {})
  }

  #load(effect: LoadEffect): void {
    const { view, watch, meter, reload, worker } = this.parts
    meter.reset()
    watch.reset()
    if (effect.from === 'start') watch.wantsPlay = true
    else if (this.#readsFromWorker() && !this.#isNudged) {
      // A worker that waits for its next attempt goes on without a gap.
      this.#isNudged = true
      worker.retry()
      reload.nudge()
      return
    }
    view.cover()
    reload.load(effect, watch.wantsPlay)
  }

  /** Whether the worker still responds to a request of the element. */
  #readsFromWorker(): boolean {
    const { media, reload, worker } = this.parts
    return worker.isReady && reload.isSwapped() && media.error === null && media.readyState > 0
  }
}
