import type { ClientRequest, IncomingMessage } from 'node:http'
import { LastbyteError } from '../errors.js'
import { receiveDirectly } from './direct-body.js'
import type { Slab } from './slab.js'

/** How a body is read. */
export interface BodyReading {
  /** Bytes that are read ahead of the consumer. */
  readonly readAhead: number
  /**
   * `lent`: a chunk is valid until the next one is requested, since its memory is used again. `kept`: for as long as
   * anything refers to it.
   */
  readonly chunks: 'lent' | 'kept'
}

/** A chunk that has arrived, and the slab to release, if it is in one. */
interface Arrived {
  readonly bytes: Uint8Array
  readonly slab: Slab | undefined
}

/**
 * The body of a response. Chunks wait in a queue of its own: a stream of Node drops the chunks that it
 * still holds when the connection breaks, while this iterator yields them before it throws the error.
 */
export class NodeBody implements AsyncIterator<Uint8Array, undefined> {
  readonly #queue: Arrived[] = []
  #queuedBytes = 0
  /** Bytes that node:http has emitted. */
  #parsed = 0
  /** The chunk that the consumer has. */
  #current: Arrived | undefined
  /** What is paused and resumed. */
  #flow: { pause(): unknown; resume(): unknown }
  #isPaused = false
  /** How the body ended; undefined while more can come. */
  #end: { readonly error: Error | undefined } | undefined
  #wake: (() => void) | undefined

  constructor(
    private readonly request: ClientRequest,
    private readonly response: IncomingMessage,
    private readonly reading: BodyReading,
  ) {
    this.#flow = response
    response.on('data', (bytes: Uint8Array) => {
      this.#parsed += bytes.length
      if (!this.#push({ bytes, slab: undefined })) response.pause()
    })
    response.on('end', () => this.#finish(undefined))
    response.on('error', (error) => this.#finish(error))
    const closed = () => this.#finish(new Error('the connection ended'))
    response.on('close', closed)
    // Its events are over.
    if (response.closed) closed()
    receiveDirectly(
      request,
      response,
      () => this.#parsed,
      (socket) => {
        this.#flow = socket
        // node:http may have stopped the reading.
        if (!this.#isPaused) socket.resume()
        return (bytes, slab) => this.#push({ bytes, slab })
      },
    )
  }

  /** A chunk that has arrived; undefined for none. As `next`, but without a promise. */
  take(): Uint8Array | undefined {
    if (this.reading.chunks === 'lent') this.#current?.slab?.release()
    this.#current = this.#queue.shift()
    if (this.#current === undefined) return undefined
    const { bytes } = this.#current
    this.#queuedBytes -= bytes.length
    if (this.#isPaused && this.#queuedBytes < this.reading.readAhead / 2) {
      this.#isPaused = false
      this.#flow.resume()
    }
    return bytes
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const value = this.take()
      if (value !== undefined) return { done: false, value }
      if (this.#end?.error) throw this.#end.error
      if (this.#end) return { done: true, value: undefined }
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
    }
  }

  /**
   * Destroys the connection, unless the whole response has arrived and the whole request was sent. Only
   * then can the agent use it for another request. A response is complete before its `end` is emitted: then Node
   * gives the connection back, and an error of it would be emitted without a listener, which ends the process.
   * The slabs are not used again: the chunk that was taken last may still be sent.
   */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#queue.length = 0
    this.#current = undefined
    if (this.response.complete && this.request.writableFinished) {
      if (this.#isPaused) this.#flow.resume()
    } else if (this.#end === undefined || !this.request.writableFinished) {
      this.request.destroy(
        new LastbyteError('CANCELLED', 'Cannot continue reading: the reader has stopped'),
      )
    }
    return { done: true, value: undefined }
  }

  #push(arrived: Arrived): boolean {
    this.#queue.push(arrived)
    this.#queuedBytes += arrived.bytes.length
    this.#wake?.()
    if (this.#queuedBytes < this.reading.readAhead) return true
    this.#isPaused = true
    return false
  }

  #finish(error: Error | undefined): void {
    this.#end ??= { error }
    this.#wake?.()
  }
}
