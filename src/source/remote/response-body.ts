import { releaseIterator } from '../../async/release-iterator.js'
import { LastbyteError } from '../../errors.js'

/**
 * The body of an answer, held to the length that its head announced: an error where it ends early, or
 * goes on past it. `framed`: the message's own framing says the length, so nothing can follow.
 */
export class AnswerBody implements AsyncIterator<Uint8Array, undefined> {
  #first: Uint8Array | undefined

  constructor(
    private readonly body: AsyncIterator<Uint8Array>,
    private left: number,
    private readonly framed: boolean,
  ) {}

  /** Reads the first bytes ahead, so that an answer that dies before them never counted. */
  async begin(): Promise<void> {
    if (this.left === 0) return
    const { done, value } = await this.next()
    if (!done) {
      this.#first = value
      this.left += value.length
    }
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.left === 0) return { done: true, value: undefined }
    const value = this.#first ?? (await this.#read())
    this.#first = undefined
    this.left -= value.length
    if (this.left < 0) throw excess()
    if (this.left === 0 && !this.framed) await this.#requireEnd()
    return { done: false, value }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    releaseIterator(this.body)
    return { done: true, value: undefined }
  }

  async #read(): Promise<Uint8Array> {
    for (;;) {
      const { done, value } = await this.body.next()
      if (done) throw incomplete(this.left)
      if (value.length > 0) return value
    }
  }

  /** The last bytes are only good when nothing comes behind them. */
  async #requireEnd(): Promise<void> {
    for (;;) {
      const { done, value } = await this.body.next()
      if (done) return
      if (value.length > 0) throw excess()
    }
  }
}

function incomplete(left: number): LastbyteError {
  const message = `Cannot read on: the answer ended ${left} bytes early`
  return new LastbyteError('SOURCE_SHORT', message, {
    left,
    proxyError: 'http_response_incomplete',
  })
}

function excess(): LastbyteError {
  const message = 'Cannot read on: more came than the answer announced'
  return new LastbyteError('REFUSED', message, { proxyError: 'http_response_body_size' })
}
