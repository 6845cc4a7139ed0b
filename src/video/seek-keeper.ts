/** s from the target of a seek to the position at which it ends, where it took place. */
const NEAR = 0.5

/**
 * Remembers a seek that a script makes while the element has lost its source: Firefox clamps it to what is
 * buffered.
 */
export class SeekKeeper {
  #target: number | undefined
  #isActive = false
  readonly #native: PropertyDescriptor | undefined

  constructor(private readonly media: HTMLMediaElement) {
    this.#native = accessorOf(media)
  }

  /** s. */
  get target(): number | undefined {
    return this.#target
  }

  start(): void {
    const { media } = this
    const native = this.#native
    // A page that has replaced the property itself is left alone.
    if (this.#isActive || native === undefined || Object.hasOwn(media, 'currentTime')) return
    this.#isActive = true
    media.addEventListener('seeked', this.#onSeeked)
    Object.defineProperty(media, 'currentTime', {
      configurable: true,
      enumerable: true,
      get: () => this.#target ?? native.get?.call(media),
      set: (position: number) => {
        native.set?.call(media, position)
        // A seek within what has arrived takes place, and the element may play on from there.
        this.#target = isBuffered(media, Number(position)) ? undefined : Number(position)
      },
    })
  }

  /** Gives the element its own property back. */
  stop(): void {
    this.media.removeEventListener('seeked', this.#onSeeked)
    if (this.#isActive) Reflect.deleteProperty(this.media, 'currentTime')
    this.#isActive = false
    this.#target = undefined
  }

  /** Once a seek has taken place, the element plays on from there: a worker that retries has saved it. */
  readonly #onSeeked = (): void => {
    const position = this.#native?.get?.call(this.media)
    if (Math.abs(position - (this.#target ?? Number.NaN)) <= NEAR) this.#target = undefined
  }
}

function isBuffered({ buffered }: HTMLMediaElement, position: number): boolean {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= position && position < buffered.end(index)) return true
  }
  return false
}

function accessorOf(media: object): PropertyDescriptor | undefined {
  for (let owner = media; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const found = Object.getOwnPropertyDescriptor(owner, 'currentTime')
    if (found?.set !== undefined) return found
  }
  return undefined
}
