import { AwakeClock } from './awake-clock.js'
import type { GuardSettings } from './guard-settings.js'
import { type GuardState, guardStateOf } from './guard-state.js'
import { GuardWorker } from './guard-worker.js'
import { LatestProbe } from './latest-probe.js'
import { MediaWatch } from './media-watch.js'
import { PlayerReload } from './player-reload.js'
import type { ProbeResult } from './probe.js'
import { Pulse } from './pulse.js'
import { step } from './recovery.js'
import { RecoveryActions } from './recovery-actions.js'
import type { Recovery, RecoveryEvent } from './recovery-state.js'
import { rememberedPin, rememberPin } from './remembered-pin.js'
import { StallMeter } from './stall-meter.js'
import type { SupervisorPort, SupervisorView } from './supervisor-port.js'
import { VersionCheck } from './version-check.js'
import type { WorkerMessage } from './worker-message.js'

/** Connects one media element with its recovery. */
export class Supervisor {
  readonly #watch: MediaWatch
  readonly #meter: StallMeter
  readonly #clock: AwakeClock
  readonly #reload: PlayerReload
  readonly #worker: GuardWorker
  readonly #pulse: Pulse
  #recovery: Recovery
  #shown = ''
  #state: GuardState = { kind: 'idle' }
  readonly #actions: RecoveryActions
  readonly #probing: LatestProbe
  readonly #version: VersionCheck

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly settings: GuardSettings,
    private readonly view: SupervisorView,
    private readonly port: SupervisorPort,
  ) {
    this.#recovery = { phase: 'steady', pin: rememberedPin(media) }
    this.#watch = new MediaWatch(media, view)
    this.#meter = new StallMeter(settings.stall)
    this.#clock = new AwakeClock(port.now)
    const credentials = media.crossOrigin === 'use-credentials' ? 'include' : 'same-origin'
    const probePort = { ...port, fetch: settings.fetch, credentials } as const
    this.#version = new VersionCheck(
      new LatestProbe(probePort, settings.stall),
      () => (this.#reload.isRemote() ? this.#reload.url : undefined),
      (result) => this.#onVersion(result),
    )
    this.#worker = new GuardWorker(port.worker, settings, {
      ready: () => this.#swap(),
      message: (message) => this.#onMessage(message),
    })
    this.#reload = new PlayerReload(media, settings.recover, (url) =>
      this.#worker.urlOf(url, this.#recovery.pin),
    )
    this.#probing = new LatestProbe(probePort, settings.stall)
    this.#actions = new RecoveryActions({
      media,
      view,
      watch: this.#watch,
      meter: this.#meter,
      reload: this.#reload,
      worker: this.#worker,
      probe: this.#probing,
      startProbe: () => this.#probe(),
      verify: () => this.#verify(),
      dispatch: (event) => this.#dispatch(event),
    })
    this.#pulse = new Pulse(media, port.window, {
      media: (event) => this.#onMedia(event),
      woken: () => this.#wake('chance'),
      tick: () => this.#onTick(),
      look: () => this.#look(),
    })
    if (media.readyState > 0) this.#onMetadata()
  }

  get state(): GuardState {
    return this.#state
  }

  wake(): void {
    this.#wake('demand')
    this.#pulse.beat()
  }

  startNew(): void {
    this.#dispatch({ kind: 'start-new' })
  }

  release(): void {
    if (this.#pulse.isReleased) return
    rememberPin(this.media, this.#recovery.pin)
    this.#pulse.release()
    this.#watch.forget()
    this.#actions.cancel()
    this.#version.release()
    this.#worker.release()
    this.#reload.end()
    this.view.uncover()
    this.view.show({ kind: 'idle' })
  }

  #onMedia(event: Event): void {
    this.#watch.note(event, this.#clock.now())
    this.#reload.noteRate()
    if (event.type === 'loadstart') this.#onLoadStart()
    if (event.type === 'loadedmetadata') this.#onMetadata()
    if (event.type === 'loadeddata' || event.type === 'canplay') this.#reload.restoreTracks()
    if (event.type === 'progress') this.#onData()
    if (event.type === 'playing') this.#swap()
    if (event.type === 'play') this.#dispatch({ kind: 'play' })
  }

  #onLoadStart(): void {
    this.#meter.reset()
    if (this.#reload.isOwnLoad()) return
    this.#watch.forget()
    this.#reload.forget()
    this.#version.reset()
    this.#dispatch({ kind: 'source' })
  }

  #onMetadata(): void {
    this.#reload.onMetadata()
    this.#version.expect()
    this.#verify()
  }

  #onData(): void {
    this.#watch.clock.dataArrived(this.#clock.now())
    this.#version.dataArrived(this.#clock.now())
  }

  /** Has the worker respond to the requests of the element, once the version is known. */
  #swap(): void {
    const waits = !this.#worker.isReady || this.#watch.isStarting()
    if (waits || this.#recovery.pin === undefined || this.settings.recover) return
    if (this.#isGuarded() && !this.#reload.isSwapped()) this.#dispatch({ kind: 'swap' })
  }

  #onMessage(message: WorkerMessage): void {
    if (message.url !== this.media.currentSrc) return
    if (message.kind === 'changed') this.#verify()
    if (message.kind === 'received') this.#onData()
    this.settings.onEvent(message)
  }

  #wake(by: 'chance' | 'demand'): void {
    this.#worker.retry()
    this.#dispatch({ kind: 'wake', by })
  }

  #onTick(): void {
    this.#watch.note({ type: 'tick' }, this.#clock.now())
    // Timers of hidden pages are always late, which is no reason to begin anew for ever.
    const reasons = this.#recovery.phase === 'gave-up' ? ['sleep'] : ['sleep', 'late']
    if (reasons.includes(this.#clock.takePause())) this.#wake('chance')
  }

  #look(): 'busy' | 'quiet' {
    if (this.#watch.takeRemoval()) this.#dispatch({ kind: 'removed' })
    else this.#inspect()
    this.#report()
    return this.#recovery.phase !== 'steady' || this.#watch.expectsProgress() ? 'busy' : 'quiet'
  }

  #inspect(): void {
    if (!this.#isGuarded()) return
    const { phase, pin } = this.#recovery
    const { handover, isSelecting } = this.#reload
    // Its buffer may play on without the server.
    if (phase === 'probing' || phase === 'waiting') this.view.keep()
    // The element's own errors are those of a source that the player is about to replace.
    const isReplaced = isSelecting || handover === 'under-way'
    const ownCause = isReplaced ? undefined : this.#watch.failure(pin?.type)
    const cause = handover === 'refused' ? 'connection' : ownCause
    if (cause !== undefined) {
      this.#dispatch({ kind: 'failed', cause })
      if (this.#watch.standsStill()) this.view.cover()
      return
    }
    const needs = phase === 'loading' ? 'frame' : 'future'
    if (this.#watch.hasMoved(needs) && !this.#reload.isUnderWay) this.#dispatch({ kind: 'moved' })
    const sample = this.#watch.sample()
    const expectsProgress = sample.expectsProgress || handover === 'under-way'
    const progress = this.#meter.sample({ ...sample, expectsProgress }, this.#clock.now())
    if (progress === 'stalled') this.#dispatch({ kind: 'failed', cause: 'stalled' })
    if (progress === 'starving') this.#verify()
  }

  /** Whether its source can be loaded again: not a camera's, nor a `blob:` without a player that reloads it. */
  #isGuarded(): boolean {
    return this.settings.recover !== undefined || this.#reload.isRemote()
  }

  /** What shows that the server is back; undefined: a load alone does. */
  #probedUrl(): string | undefined {
    return this.settings.source ?? (this.#reload.isRemote() ? this.#reload.url : undefined)
  }

  async #probe(): Promise<void> {
    const result = await this.#probing.run(this.#probedUrl() ?? '')
    if (result === undefined) return
    // A playlist changes while the film that it lists stays the same.
    const hidesVersion = this.settings.source !== undefined && result.kind === 'available'
    const seen = hidesVersion ? { ...result, version: undefined } : result
    this.#dispatch({ kind: 'probed', result: seen })
  }

  #dispatch(event: RecoveryEvent): void {
    if (this.#pulse.isReleased) return
    const { recovery, effects } = step(this.#recovery, event, {
      now: this.#clock.now(),
      chance: this.port.chance(),
      retryFor: this.settings.retryFor,
      probes: this.#probedUrl() === undefined ? 'load' : 'request',
    })
    this.#recovery = recovery
    for (const effect of effects) this.#actions.perform(effect)
    this.#report()
  }

  #verify(): void {
    this.#version.run(this.#clock.now())
  }

  #onVersion(result: ProbeResult): void {
    if (result.kind === 'available') {
      const { version } = result
      if (version !== undefined) this.#dispatch({ kind: 'verified', version })
      this.#swap()
    } else if (this.#recovery.phase === 'steady' && this.#watch.isStarving()) {
      this.#dispatch({ kind: 'failed', cause: 'connection' })
    }
  }

  #report(): void {
    const { time } = this.#clock
    const isPlaying = this.#watch.wantsPlay && !this.media.ended && !this.media.paused
    this.#state = guardStateOf(this.#recovery, { isPlaying, now: this.#clock.now(), time })
    const shown = JSON.stringify(this.#state)
    if (shown === this.#shown) return
    this.#shown = shown
    this.view.show(this.#state)
  }
}
