import type { ClientRequest, IncomingMessage } from 'node:http'
import { LastbyteError } from '../errors.js'

/**
 * The body of a response. Chunks wait in a queue of its own: a stream of Node drops the chunks that it
 * still holds when the connection breaks, while this iterator yields them before it throws the error.
 */
export class NodeBody implements AsyncIterator<Uint8Array> {
  readonly #chunks: Uint8Array[] = []
  #queuedBytes = 0
  /** How the body ended; undefined while more can come. */
  #end: { readonly error: Error | undefined } | undefined
  #wake = () => {}

  constructor(
    private readonly request: ClientRequest,
    private readonly response: IncomingMessage,
    private readonly readAhead: number,
  ) {
    response.on('data', (chunk: Uint8Array) => this.#push(chunk))
    response.on('end', () => this.#finish(undefined))
    response.on('error', (error) => this.#finish(error))
    response.on('close', () => this.#finish(new Error('the connection ended')))
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (this.#chunks.length === 0 && this.#end === undefined) {
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
    }
    const value = this.#chunks.shift()
    if (value !== undefined) {
      this.#queuedBytes -= value.length
      if (this.#queuedBytes < this.readAhead / 2 && this.response.isPaused()) this.response.resume()
      return { done: false, value }
    }
    if (this.#end?.error) throw this.#end.error
    return { done: true, value: undefined }
  }

  /**
   * Destroys the connection, unless the whole response has arrived and the whole request was sent. Only
   * then can the agent use it for another request.
   */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#chunks.length = 0
    if (this.#end === undefined || !this.request.writableFinished) {
      this.request.destroy(
        new LastbyteError('CANCELLED', 'Cannot continue reading: the reader has stopped'),
      )
    }
    return { done: true, value: undefined }
  }

  #push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#queuedBytes += chunk.length
    if (this.#queuedBytes >= this.readAhead) this.response.pause()
    this.#wake()
  }

  #finish(error: Error | undefined): void {
    this.#end ??= { error }
    this.#wake()
  }
}
