import { freshUrl, withoutFragment } from './media-url.js'
import { type HandoverPhase, PlayerHandover } from './player-handover.js'
import {
  type PlayerState,
  playerState,
  restorePlayer,
  restoreTracks,
  seekTo,
} from './player-state.js'
import type { LoadEffect } from './recovery-state.js'
import { SeekKeeper } from './seek-keeper.js'

/** s that a player with a loader of its own may have played before it seeks. */
const BEFORE_SEEK = 2

/** Loads the source of a media element again, and restores what a person has set. */
export class PlayerReload {
  readonly #seeks: SeekKeeper
  readonly #handover: PlayerHandover | undefined
  /** The last rate that isn't 0: Shaka Player stops the clock while it waits for data. */
  #rate = 1
  /** The URL that the element has chosen among several <source>. */
  #chosen: string | undefined
  /** From the first load of an outage until it plays on. */
  #kept: PlayerState | undefined
  #phase: 'none' | 'called' | 'started' | 'restored' = 'none'
  /** Whether the attribute `src` is ours, for the time of a load. */
  #lentSource = false
  /** The `src` of the last load: the application may set another one before the load starts. */
  #loaded = ''

  constructor(
    private readonly media: HTMLMediaElement,
    recover: ((position: number) => unknown) | undefined,
    /** The URL by which a file is loaded: with its pin, where a worker responds. */
    private readonly sourceOf: (url: string) => string,
  ) {
    this.#seeks = new SeekKeeper(media)
    this.#handover = recover && new PlayerHandover(media, recover)
  }

  /** The URL of the media, as requests have it; undefined: the element has none. */
  get url(): string | undefined {
    const url = this.#chosen ?? (this.media.currentSrc || this.#candidate())
    return url ? withoutFragment(url) : undefined
  }

  /** Whether requests can tell of the source: not of `blob:`, `data:` and cameras. */
  isRemote(): boolean {
    return /^https?:/.test(this.url ?? '') && !this.media.srcObject
  }

  /** Whether a load has been called whose metadata hasn't arrived yet. */
  get isUnderWay(): boolean {
    return this.#phase === 'called' || this.#phase === 'started'
  }

  /** Whether a load has been called that hasn't started yet: meanwhile the element has no source. */
  get isSelecting(): boolean {
    return this.#phase === 'called'
  }

  /** Whether an event `loadstart` is of our own load. */
  isOwnLoad(): boolean {
    // A player with a loader of its own sets other sources while it recovers.
    if (this.#handover !== undefined) {
      this.#handover.onLoadStart()
      return this.#phase !== 'none'
    }
    if (this.#phase !== 'called' || this.media.src !== this.#loaded) return false
    this.#phase = 'started'
    return true
  }

  /** How a player with a loader of its own fares. */
  get handover(): HandoverPhase {
    return this.#handover?.phase ?? 'none'
  }

  noteRate(): void {
    if (this.media.playbackRate !== 0) this.#rate = this.media.playbackRate
  }

  /** Begins to remember seeks. */
  begin(): void {
    this.#seeks.start()
  }

  /** Waits for the load that a worker goes on with: nothing has to be restored. */
  nudge(): void {
    this.#phase = 'restored'
  }

  load({ from, memory }: Pick<LoadEffect, 'from' | 'memory'>, wantsPlay: boolean): void {
    const { media } = this
    const url = this.#chosen ?? (media.currentSrc || undefined)
    // A load that failed before it had restored anything has left the defaults on the element.
    if (this.#kept === undefined || (this.#phase === 'restored' && !this.#isUnsought)) {
      // The page may have set the rate a moment ago, and the event that tells of it is still to come.
      this.noteRate()
      this.#kept = { ...playerState(media), rate: this.#rate }
    }
    const position = from === 'start' ? 0 : (this.#seeks.target ?? this.#kept.position)
    this.#kept = { ...this.#kept, position, rate: this.#rate }
    if (this.#handover !== undefined) {
      this.#phase = 'restored'
      // From now on the player seeks.
      this.#seeks.stop()
      this.#handover.begin(this.#kept, wantsPlay)
      return
    }
    this.#phase = 'called'
    // A load that fails must not lead back to the bytes that this one bypasses.
    if (url !== undefined && memory === 'bypass') this.#chosen = freshUrl(url)
    this.#loadSource(this.#chosen ?? url)
    this.#loaded = media.src
    // Also seeks before the metadata of a load that follows no failure.
    this.#seeks.start()
    // At once, so that what a page sets from now on stays.
    restorePlayer(media, this.#kept)
    // The element starts there, without a frame of its beginning.
    seekTo(media, position)
    if (wantsPlay) media.play().catch(() => {})
    else if (position > 0) media.pause()
  }

  /** Whether a player with a loader of its own has another source, and has not sought in it yet. */
  get #isUnsought(): boolean {
    return this.#handover !== undefined && this.media.currentTime < BEFORE_SEEK
  }

  /** The element knows its duration and its tracks. */
  onMetadata(): void {
    const { media } = this
    this.#handover?.onMetadata()
    const kept = this.#kept
    if (kept !== undefined && this.isUnderWay) {
      this.#phase = 'restored'
      restoreTracks(media, kept)
      seekTo(media, this.#seeks.target ?? kept.position)
      this.#seeks.stop()
    }
    this.#chosen = media.currentSrc || undefined
    this.#returnSource()
  }

  /** Browsers choose tracks again when data arrives. */
  restoreTracks(): void {
    if (this.#kept !== undefined && this.#phase === 'restored')
      restoreTracks(this.media, this.#kept)
  }

  /** Whether the element has the URL by which it should be loaded. */
  isSwapped(): boolean {
    const { currentSrc } = this.media
    return currentSrc !== '' && this.sourceOf(currentSrc) === currentSrc
  }

  /** Ends the outage. */
  end(): void {
    this.#kept = undefined
    this.#phase = 'none'
    this.#handover?.end()
    this.#seeks.stop()
    this.#returnSource()
  }

  /** Forgets the source: the application has set another one. */
  forget(): void {
    this.#lentSource = false
    this.#chosen = undefined
    this.end()
  }

  /** undefined: the element chooses. */
  #loadSource(chosen: string | undefined): void {
    const { media } = this
    const url = chosen && this.sourceOf(chosen)
    if (!url || media.src === url) {
      media.load()
      return
    }
    this.#lentSource ||= !media.hasAttribute('src')
    media.src = url
  }

  /** A `src` that stays would hide the <source> of an application. Removing it changes nothing that plays. */
  #returnSource(): void {
    if (this.#lentSource) this.media.removeAttribute('src')
    this.#lentSource = false
  }

  /** The first <source> that the browser may play: before the first metadata, none is chosen. */
  #candidate(): string | undefined {
    const sources = Array.from(this.media.querySelectorAll('source'))
    return sources.find(({ type }) => type === '' || this.media.canPlayType(type) !== '')?.src
  }
}
