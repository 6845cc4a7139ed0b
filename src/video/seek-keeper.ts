/**
 * Remembers a seek that a script makes while the element has lost its source: Firefox clamps it to what is
 * buffered.
 */
export class SeekKeeper {
  #target: number | undefined
  #isActive = false

  constructor(private readonly media: HTMLMediaElement) {}

  /** s. */
  get target(): number | undefined {
    return this.#target
  }

  start(): void {
    const { media } = this
    const native = accessorOf(media)
    // A page that has replaced the property itself is left alone.
    if (this.#isActive || native === undefined || Object.hasOwn(media, 'currentTime')) return
    this.#isActive = true
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
    if (this.#isActive) Reflect.deleteProperty(this.media, 'currentTime')
    this.#isActive = false
    this.#target = undefined
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
