import { ClockKeeper } from './clock-keeper.js'
import type { Cover } from './first-frame.js'
import type { FailureCause } from './recovery-state.js'
import type { MediaSample } from './stall-meter.js'

/** Values of `networkState` and of `MediaError.code`. */
const NETWORK_LOADING = 2
const NETWORK_NO_SOURCE = 3
const ERROR_ABORTED = 1
const ERROR_NETWORK = 2
const HAVE_CURRENT_DATA = 2
const HAVE_FUTURE_DATA = 3
const HAVE_ENOUGH_DATA = 4

/** ms after an error in which Chromium pauses by itself. */
const PAUSE_AFTER_ERROR = 500

/** s before its end at which a media element that has `ended` was cut short. */
const SHORT = 1
/** s between two positions that are one end of a file: a frame, of sound too. */
const SAME_END = 0.1

/** Reads what a media element does, and remembers what it forgets at an error. */
export class MediaWatch {
  /** Whether a person or the page wants it to play: Chromium pauses at an error. */
  wantsPlay: boolean
  readonly clock: ClockKeeper
  #errorAt = Number.NEGATIVE_INFINITY
  #last: { readonly position: number; readonly at: number } | undefined
  /** s. */
  #stoodAt: number | undefined
  /** s: the longest `duration` of this source: a browser that lost its server may shorten it. */
  #duration = 0
  /** Whether the application has called a load that hasn't started yet: meanwhile the element has no source. */
  #isSelecting = true
  /** s: where an early end was reported, so that a file that really ends there is left alone. */
  #shortEnd: number | undefined
  #wasConnected: boolean

  constructor(
    private readonly media: HTMLMediaElement,
    picture: Cover,
  ) {
    this.#wasConnected = media.isConnected
    this.clock = new ClockKeeper(media, picture)
    // An element with `autoplay` is paused until its first data, which may come after an outage.
    const waits = media.autoplay && media.played.length === 0
    this.wantsPlay = (!media.paused && !media.ended) || waits
  }

  /** Takes an event that may change `wantsPlay`, `now` in ms. */
  note({ type }: Pick<Event, 'type'>, now: number): void {
    const { media } = this
    this.clock.note(type, now)
    if (Number.isFinite(media.duration)) this.#duration = Math.max(this.#duration, media.duration)
    this.#isSelecting = type === 'abort' || type === 'emptied'
    if (type === 'play') {
      this.wantsPlay = true
    } else if (type === 'error') {
      this.#errorAt = now
    } else if (type === 'pause' && !media.ended) {
      if (now - this.#errorAt > PAUSE_AFTER_ERROR) this.wantsPlay = false
    } else if (type === 'ended' && !this.endedShort()) {
      this.wantsPlay = false
    }
  }

  /** Forgets what is of another load. */
  reset(): void {
    this.#duration = 0
    this.clock.reset()
    this.#last = undefined
  }

  /** Forgets what is of another source. */
  forget(): void {
    this.reset()
    this.#shortEnd = undefined
  }

  /** Whether it has been removed from its page since the last call. */
  takeRemoval(): boolean {
    const { isConnected } = this.media
    const isRemoved = this.#wasConnected && !isConnected
    this.#wasConnected = isConnected
    return isRemoved
  }

  /** Why the element can't go on by itself; undefined: it can. `type`: the media type of its file. */
  failure(type: string | undefined): FailureCause | undefined {
    const { error, networkState } = this.media
    if (error?.code === ERROR_ABORTED) return undefined
    if (error?.code === ERROR_NETWORK) return 'connection'
    if (error !== null || (networkState === NETWORK_NO_SOURCE && !this.#isSelecting)) {
      return type !== undefined && this.media.canPlayType(type) === '' ? 'foreign' : 'broken'
    }
    if (!this.endedShort()) return undefined
    this.#shortEnd = this.media.currentTime
    return 'connection'
  }

  /** Whether it has ended before the end of its file. */
  endedShort(): boolean {
    const { ended, currentTime } = this.media
    const isKnown = Math.abs(currentTime - (this.#shortEnd ?? Number.NaN)) < SAME_END
    return ended && currentTime < this.#duration - SHORT && !isKnown
  }

  sample(): MediaSample {
    const { currentTime: position, readyState, buffered } = this.media
    let sum = 0
    for (let i = 0; i < buffered.length; i += 1) sum += buffered.end(i) - buffered.start(i)
    return { position, buffered: sum, readyState, expectsProgress: this.expectsProgress() }
  }

  /** Whether its position or its buffer should grow. */
  expectsProgress(): boolean {
    const { error, paused, ended, seeking, networkState, readyState } = this.media
    if (error !== null || this.#isHeld()) return false
    return (!paused && !ended) || seeking || (networkState === NETWORK_LOADING && readyState === 0)
  }

  /** Whether the application holds its clock, by the rate 0, with all data that it needs. */
  #isHeld(): boolean {
    const { playbackRate, readyState, seeking } = this.media
    return playbackRate === 0 && readyState === HAVE_ENOUGH_DATA && !seeking
  }

  /** Whether a call of `play()` may wait for data: a load would reject its promise. */
  isStarting(): boolean {
    return !this.media.paused && this.media.readyState < HAVE_FUTURE_DATA
  }

  /** Whether it waits for data. */
  isStarving(): boolean {
    return this.expectsProgress() && this.media.readyState < HAVE_FUTURE_DATA
  }

  /** Whether the position is that of the last call: Firefox plays what is buffered after an error. */
  standsStill(): boolean {
    const { currentTime } = this.media
    const before = this.#stoodAt
    this.#stoodAt = currentTime
    return before === currentTime
  }

  /**
   * Whether it plays again: the position advances, which in Firefox it also does after an error, through what
   * is buffered. A paused one has the data that `needs` names.
   */
  hasMoved(needs: 'frame' | 'future'): boolean {
    const { error, paused, ended, seeking, readyState, currentTime } = this.media
    if (error !== null || seeking) {
      this.#last = undefined
      return false
    }
    const before = this.#last
    this.#last = { position: currentTime, at: readyState }
    if (paused || ended) {
      return readyState >= (needs === 'frame' ? HAVE_CURRENT_DATA : HAVE_FUTURE_DATA)
    }
    return before !== undefined && before.at > 0 && currentTime > before.position
  }
}
