import { releaseIterator } from '../../async/release-iterator.js'
import { LastbyteError } from '../../errors.js'

/**
 * The body of a response, checked against the length that its head announced: it throws where the body
 * ends early or is longer.
 */
export class ResponseBody implements AsyncIterator<Uint8Array, undefined> {
  #first: Uint8Array | undefined

  /**
   * @param left bytes that the head announced
   * @param framed whether the message's framing has the same length (Content-Length), so that no byte
   *   can follow
   */
  constructor(
    private readonly body: AsyncIterator<Uint8Array>,
    private left: number,
    private readonly framed: boolean,
  ) {}

  /** Reads the first bytes ahead, so that a response that is interrupted before them counts as none. */
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

  /** Before the last bytes are returned: they are only right when no byte follows. */
  async #requireEnd(): Promise<void> {
    for (;;) {
      const { done, value } = await this.body.next()
      if (done) return
      if (value.length > 0) throw excess()
    }
  }
}

function incomplete(left: number): LastbyteError {
  const message = `Cannot continue reading: the response ended ${left} bytes early`
  const facts = { left, proxyError: 'http_response_incomplete' }
  return new LastbyteError('SOURCE_SHORT', message, facts)
}

function excess(): LastbyteError {
  const message = 'Cannot continue reading: the response is longer than announced'
  return new LastbyteError('REFUSED', message, { proxyError: 'http_response_body_size' })
}
