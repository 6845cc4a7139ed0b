import { AwakeClock } from './awake-clock.js'
import type { GuardSettings } from './guard-settings.js'
import { type GuardState, guardStateOf } from './guard-state.js'
import { GuardWorker } from './guard-worker.js'
import { LatestProbe } from './latest-probe.js'
import { MediaWatch } from './media-watch.js'
import { observeRequests } from './observe-requests.js'
import { PlayerReload } from './player-reload.js'
import {
  type LoadEffect,
  type Recovery,
  type RecoveryEffect,
  type RecoveryEvent,
  STEADY,
  step,
} from './recovery.js'
import type { RegisteredWorker } from './register-worker.js'
import { StallMeter } from './stall-meter.js'
import type { WorkerMessage } from './worker-message.js'

/** What a supervisor shows. */
export interface SupervisorView {
  /** Paints the current frame over the element. */
  cover(): void
  uncover(): void
  show(state: GuardState): void
}

export interface SupervisorPort {
  readonly worker: Promise<RegisteredWorker>
  /** ms since the epoch. */
  readonly now: () => number
  /** From 0 to 1. */
  readonly chance: () => number
  /** The origin of the page. */
  readonly origin: string
  /** The window of the element: its events tell that the network is back. */
  readonly window: EventTarget
}

const MEDIA_EVENTS =
  'abort emptied loadstart loadedmetadata loadeddata canplay progress timeupdate ratechange playing play pause waiting seeking seeked ended error'
const WAKING_EVENTS = ['online', 'pageshow', 'visibilitychange']

/** ms between two samples of the element, and between two requests beside playback. */
const TICK = 1_000
/** ms that setTimeout takes; a longer wait ends early. */
const LONGEST_TIMEOUT = 2 ** 31 - 1
const BETWEEN_VERIFICATIONS = 1_000

/** Connects one media element with its recovery. */
export class Supervisor {
  readonly #watch: MediaWatch
  readonly #meter: StallMeter
  readonly #clock: AwakeClock
  readonly #reload: PlayerReload
  readonly #worker: GuardWorker
  readonly #stop: (() => void)[] = []
  /** Whether the worker was asked to go on in this outage, before the element is loaded anew. */
  #isNudged = false
  #recovery: Recovery = STEADY
  #shown = ''
  #state: GuardState = { kind: 'idle' }
  #tick: ReturnType<typeof setTimeout> | undefined
  #wait: ReturnType<typeof setTimeout> | undefined
  readonly #probing: LatestProbe
  readonly #verifying: LatestProbe
  #verifiedAt = Number.NEGATIVE_INFINITY
  /** Whether a connection of the element has ended, so that the next one may bring another version. */
  #unverified = false
  #wasConnected: boolean

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly settings: GuardSettings,
    private readonly view: SupervisorView,
    private readonly port: SupervisorPort,
  ) {
    this.#watch = new MediaWatch(media)
    this.#meter = new StallMeter(settings.stall)
    this.#clock = new AwakeClock(port.now)
    const { fetch, stall } = settings
    const credentials = media.crossOrigin === 'use-credentials' ? 'include' : 'same-origin'
    const probePort = { fetch, now: port.now, origin: port.origin, credentials } as const
    this.#probing = new LatestProbe(probePort, stall)
    this.#verifying = new LatestProbe(probePort, stall)
    this.#worker = new GuardWorker(port.worker, settings, {
      ready: () => this.#swap(),
      message: (message) => this.#onMessage(message),
    })
    this.#reload = new PlayerReload(media, settings.recover, (url) =>
      this.#worker.urlOf(url, this.#recovery.pin),
    )
    this.#wasConnected = media.isConnected
    // Events of <source> don't bubble: they are captured.
    this.#listen(media, MEDIA_EVENTS.split(' '), (event) => this.#onMedia(event))
    this.#listen(port.window, WAKING_EVENTS, () => this.#wake('chance'))
    this.#stop.push(observeRequests(() => this.#reload.url, this.#noteRequest))
    if (media.readyState > 0) this.#onMetadata()
    this.#poke()
    // An element may have failed before, without an event to come.
    this.#tick ??= setTimeout(() => this.#onTick(), TICK)
  }

  get state(): GuardState {
    return this.#state
  }

  wake(): void {
    this.#wake('demand')
  }

  startNew(): void {
    this.#dispatch({ kind: 'start-new' })
  }

  release(): void {
    for (const stop of this.#stop) stop()
    clearTimeout(this.#tick)
    this.#cancel()
    this.#verifying.cancel()
    this.#worker.release()
    this.#reload.end()
    this.view.uncover()
    this.view.show({ kind: 'idle' })
  }

  #listen(target: EventTarget, types: readonly string[], listener: (event: Event) => void): void {
    for (const type of types) target.addEventListener(type, listener, true)
    this.#stop.push(() => {
      for (const type of types) target.removeEventListener(type, listener, true)
    })
  }

  #onMedia(event: Event): void {
    this.#watch.note(event, this.#clock.now())
    this.#reload.noteRate()
    if (event.type === 'loadstart') this.#onLoadStart()
    if (event.type === 'loadedmetadata') this.#onMetadata()
    if (event.type === 'loadeddata' || event.type === 'canplay') this.#reload.restoreTracks()
    if (event.type === 'progress') this.#onData()
    this.#poke()
  }

  #onLoadStart(): void {
    this.#meter.reset()
    if (this.#reload.isOwnLoad()) return
    this.#watch.reset()
    this.#reload.forget()
    this.#verifying.cancel()
    this.#verifiedAt = Number.NEGATIVE_INFINITY
    this.#dispatch({ kind: 'source' })
  }

  #onMetadata(): void {
    this.#reload.onMetadata()
    this.#unverified = true
    this.#verify()
  }

  #onData(): void {
    // A seek to where it is sets the clock.
    if (this.#watch.clockRuns(this.#clock.now())) this.media.currentTime += 0
    if (this.#unverified) this.#verify()
  }

  readonly #noteRequest = (): void => {
    this.#unverified = true
  }

  /** Has the worker respond to the requests of the element, once the version is known. */
  #swap(): void {
    if (!this.#worker.isReady || this.#recovery.pin === undefined || this.settings.recover) return
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
    this.#poke()
  }

  /** Looks at the element, and again after a tick as long as anything is expected of it. */
  #poke(): void {
    if (this.#isRemoved()) this.#dispatch({ kind: 'removed' })
    else this.#inspect()
    this.#report()
    clearTimeout(this.#tick)
    const isBusy = this.#recovery.phase !== 'steady' || this.#watch.expectsProgress()
    this.#tick = isBusy ? setTimeout(() => this.#onTick(), TICK) : undefined
  }

  #onTick(): void {
    this.#watch.note({ type: 'tick' }, this.#clock.now())
    if (this.#clock.takeLate()) this.#wake('chance')
    else this.#poke()
  }

  #inspect(): void {
    if (!this.#isGuarded()) return
    const { phase, pin } = this.#recovery
    const { handover, isSelecting } = this.#reload
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

  #isRemoved(): boolean {
    const { isConnected } = this.media
    const removed = this.#wasConnected && !isConnected
    this.#wasConnected = isConnected
    return removed
  }

  /** Whether its source can be loaded again: not a camera's, nor a `blob:` without a player that reloads it. */
  #isGuarded(): boolean {
    return this.settings.recover !== undefined || this.#reload.isRemote()
  }

  /** What shows that the server is back; undefined: a load alone does. */
  #probedUrl(): string | undefined {
    return this.settings.source ?? (this.#reload.isRemote() ? this.#reload.url : undefined)
  }

  #dispatch(event: RecoveryEvent): void {
    const { recovery, effects } = step(this.#recovery, event, {
      now: this.#clock.now(),
      chance: this.port.chance(),
      retryFor: this.settings.retryFor,
      probes: this.#probedUrl() === undefined ? 'load' : 'request',
    })
    this.#recovery = recovery
    for (const effect of effects) this.#perform(effect)
    this.#report()
  }

  #perform(effect: RecoveryEffect): void {
    switch (effect.kind) {
      case 'probe':
        this.#probe()
        break
      case 'wait':
        this.#wait = setTimeout(
          () => this.#dispatch({ kind: 'waited' }),
          Math.min(effect.ms, LONGEST_TIMEOUT),
        )
        break
      case 'cancel':
        this.#cancel()
        break
      case 'hold':
        this.#reload.begin()
        break
      case 'uncover':
        this.#isNudged = false
        this.#reload.end()
        this.view.uncover()
        break
      case 'verify':
        this.#verify()
        break
      case 'pause':
        this.view.cover()
        this.media.pause()
        break
      case 'load':
        this.#meter.reset()
        this.#watch.reset()
        this.#load(effect)
        break
    }
  }

  #load(effect: LoadEffect): void {
    if (effect.from === 'start') this.#watch.wantsPlay = true
    // A worker that waits for its next attempt goes on without a gap.
    else if (this.#isAlive() && !this.#isNudged) {
      this.#isNudged = true
      this.#worker.retry()
      this.#reload.nudge()
      return
    }
    this.view.cover()
    this.#reload.load(effect, this.#watch.wantsPlay)
  }

  /** Whether the element still reads from the worker. */
  #isAlive(): boolean {
    const { error, readyState } = this.media
    return this.#worker.isReady && this.#reload.isSwapped() && error === null && readyState > 0
  }

  #cancel(): void {
    clearTimeout(this.#wait)
    this.#probing.cancel()
  }

  async #probe(): Promise<void> {
    const result = await this.#probing.run(this.#probedUrl() ?? '')
    if (result === undefined) return
    // A playlist changes while the film that it lists stays the same.
    const hidesVersion = this.settings.source !== undefined && result.kind === 'available'
    this.#dispatch({
      kind: 'probed',
      result: hidesVersion ? { ...result, version: undefined } : result,
    })
  }

  /** Compares the version beside playback. */
  async #verify(): Promise<void> {
    const now = this.#clock.now()
    if (this.#verifying.isRunning || now - this.#verifiedAt < BETWEEN_VERIFICATIONS) return
    if (!this.#reload.isRemote()) return
    this.#verifiedAt = now
    this.#unverified = false
    const result = await this.#verifying.run(this.#reload.url ?? '')
    if (result === undefined) return
    if (result.kind === 'available') {
      const { version } = result
      if (version !== undefined) this.#dispatch({ kind: 'verified', version })
      this.#swap()
    } else if (this.#recovery.phase === 'steady' && this.#watch.isStarving()) {
      this.#dispatch({ kind: 'failed', cause: 'connection' })
    }
  }

  #report(): void {
    const now = this.#clock.now()
    const { time } = this.#clock
    const { wantsPlay } = this.#watch
    const isPlaying = wantsPlay && !this.media.ended && !this.media.paused
    this.#state = guardStateOf(this.#recovery, { isPlaying, now, time })
    const shown = JSON.stringify(this.#state)
    if (shown === this.#shown) return
    this.#shown = shown
    this.view.show(this.#state)
  }
}
