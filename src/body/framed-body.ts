import type { Framing } from './framing.js'

/** When a stream speaks though its source gives nothing. */
export interface FramePace {
  /** ms after which the headers go out without a first frame. */
  readonly openAfter: number
  /** ms between two signs of life; 0 for none. */
  readonly heartbeat: number
}

/** Characters of text at which the source is asked no further in this turn. */
const FULL = 8 * 1024

interface Reader {
  resolve(result: IteratorResult<Uint8Array>): void
  reject(error: unknown): void
}

/**
 * The chunks of a framed stream. Each holds whole frames: all that the source gives within one turn
 * of the event loop, up to a limit, so that a source that never waits keeps nobody else waiting. The source is asked only while somebody reads, so that a slow
 * client holds one chunk and one item. A failure comes after the text that came before it.
 */
export class FramedBody<T> implements AsyncIterator<Uint8Array> {
  #text = ''
  #opened = false
  #asking = false
  #over = false
  #failure: { readonly error: unknown } | undefined
  #reader: Reader | undefined
  /** Whether a chunk is about to be given in this turn. */
  #due = false
  /** The turn in which the last chunk was given, while it lasts. */
  #turn: NodeJS.Immediate | undefined
  #timer: NodeJS.Timeout | undefined
  /** When the last chunk was given, by performance.now(). */
  #spokeAt = 0

  constructor(
    private readonly source: AsyncIterator<T>,
    private readonly framing: Framing<T>,
    private readonly pace: FramePace,
  ) {
    this.#timer = setTimeout(this.#quiet, pace.openAfter).unref()
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
      if (this.#over) this.#give()
      else this.#goOn()
    })
  }

  /** Lets the source go, also one that is busy: it need not answer first. */
  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#stop()
    this.#text = ''
    this.#failure = undefined
    this.#give()
    this.#asking = true
    await this.source.return?.()
    return { done: true, value: undefined }
  }

  #goOn(): void {
    if (this.#text !== '' && this.#turn === undefined && !this.#due) {
      this.#due = true
      // Behind all that is ready: also behind what the source still gives without waiting.
      process.nextTick(this.#giveDue)
    }
    if (this.#asking || this.#text.length >= FULL) return
    this.#asking = true
    try {
      Promise.resolve(this.source.next()).then(this.#take, this.#fail)
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #take = ({ done, value }: IteratorResult<T>): void => {
    this.#asking = false
    if (this.#over) return
    try {
      if (done) {
        this.#text += this.framing.end()
        this.#stop()
      } else {
        this.#text += this.framing.frame(value)
      }
    } catch (error) {
      this.#fail(error)
      this.source.return?.()?.catch(() => {})
      return
    }
    if (this.#over) this.#give()
    else if (this.#reader !== undefined) this.#goOn()
  }

  readonly #fail = (error: unknown): void => {
    if (this.#over) return
    this.#failure = { error }
    this.#stop()
    this.#give()
  }

  readonly #giveDue = (): void => {
    this.#due = false
    this.#give()
  }

  readonly #nextTurn = (): void => {
    this.#turn = undefined
    this.#give()
  }

  /** Gives whoever reads the text that there is, or else the end. */
  #give(): void {
    const reader = this.#reader
    if (reader === undefined || (this.#text === '' && !this.#over)) return
    this.#reader = undefined
    if (this.#text === '') {
      if (this.#failure === undefined) reader.resolve({ done: true, value: undefined })
      else reader.reject(this.#failure.error)
      return
    }
    const text = this.#opened ? this.#text : this.framing.opening + this.#text
    this.#text = ''
    reader.resolve({ done: false, value: Buffer.from(text) })
    if (!this.#over) this.#turn ??= setImmediate(this.#nextTurn)
    this.#spokeAt = performance.now()
    if (!this.#opened && !this.#over) this.#rest(this.pace.heartbeat)
    this.#opened = true
  }

  /** One timer does for any number of chunks: it is set anew only when it has fired. */
  #rest(ms: number): void {
    clearTimeout(this.#timer)
    const { heartbeat } = this.pace
    this.#timer = heartbeat > 0 ? setTimeout(this.#quiet, ms).unref() : undefined
  }

  /** A client that takes nothing needs no sign of life: it would only pile up. */
  readonly #quiet = (): void => {
    const { heartbeat } = this.pace
    const left = this.#opened ? heartbeat - (performance.now() - this.#spokeAt) : 0
    if (left < 1 && this.#reader !== undefined) {
      this.#text += this.framing.heartbeat
      this.#give()
    }
    this.#rest(left < 1 ? heartbeat : left)
  }

  #stop(): void {
    this.#over = true
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#timer = undefined
    this.#turn = undefined
  }
}
