const MEDIA_EVENTS =
  'abort emptied loadstart loadedmetadata loadeddata canplay progress timeupdate ratechange playing play pause waiting seeking seeked ended error'
const WAKING_EVENTS = 'online pageshow visibilitychange'

/** ms between two looks at the element. */
const TICK = 1_000

export interface PulseListener {
  media(event: Event): void
  /** The network may be back, or a person looks at the page again. */
  woken(): void
  /** No event has come for a second. */
  tick(): void
  /** Looks at the element. `busy`: something is expected of it, so that it is looked at again soon. */
  look(): 'busy' | 'quiet'
}

/** When to look at a media element: at its events, and once a second as long as anything is expected of it. */
export class Pulse {
  readonly #stop: (() => void)[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #isReleased = false

  constructor(
    media: EventTarget,
    window: EventTarget,
    private readonly listener: PulseListener,
  ) {
    this.#listen(media, MEDIA_EVENTS, (event) => {
      listener.media(event)
      this.beat()
    })
    this.#listen(window, WAKING_EVENTS, () => {
      listener.woken()
      this.beat()
    })
    // An element may have failed before, without an event to come.
    this.#schedule()
  }

  get isReleased(): boolean {
    return this.#isReleased
  }

  /** Looks now. */
  beat(): void {
    clearTimeout(this.#timer)
    // A look may release it, through a callback of the application.
    if (!this.#isReleased && this.listener.look() === 'busy') this.#schedule()
  }

  release(): void {
    this.#isReleased = true
    for (const stop of this.#stop) stop()
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    if (this.#isReleased) return
    this.#timer = setTimeout(() => {
      this.listener.tick()
      this.beat()
    }, TICK)
  }

  /** Captures: events of <source> don't bubble. */
  #listen(target: EventTarget, names: string, listener: (event: Event) => void): void {
    const types = names.split(' ')
    for (const type of types) target.addEventListener(type, listener, { capture: true })
    this.#stop.push(() => {
      for (const type of types) target.removeEventListener(type, listener, { capture: true })
    })
  }
}
