import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import { LastbyteError } from '../errors.js'
import type { Answer } from './response.js'

/** Bytes that are taken in ahead of whoever reads, unless the request says otherwise. */
const READ_AHEAD = 1024 * 1024

export interface NodeRequest {
  readonly agent: Agent
  readonly url: URL
  /** Default GET. */
  readonly method?: string
  readonly fields: OutgoingHttpHeaders
  /** Bytes that are taken in ahead of whoever reads. */
  readonly readAhead?: number
  /** Called when there is a connection to ask on. */
  readonly onConnected?: () => void
  readonly signal: AbortSignal
}

export interface NodeResponse extends Answer {
  readonly fields: IncomingHttpHeaders
  /** Such as `1.1`. */
  readonly httpVersion: string
}

/** Sends a request; resolves with the answer as soon as its head is here. */
export function sendNodeRequest(request: NodeRequest): Promise<NodeResponse> {
  const { agent, url, method = 'GET', fields, readAhead = READ_AHEAD, signal } = request
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const asking = send(url, { agent, method, headers: fields, signal })
    asking.on('error', reject)
    // A connection can end without an error too: where it is switched to another protocol.
    asking.on('close', () => reject(new Error('the connection ended without an answer')))
    asking.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => request.onConnected?.())
      else request.onConnected?.()
    })
    asking.on('response', (response) => {
      const field = (name: string) => response.headersDistinct[name]?.join(', ')
      const body = new NodeBody(asking, response, readAhead)
      const { statusCode: status = 0, headers: fields, httpVersion } = response
      resolve({ status, fields, httpVersion, field, body })
    })
    asking.end()
  })
}

/**
 * A body whose bytes wait in a queue, so that those which came before it broke off are read before
 * the error is met.
 */
class NodeBody implements AsyncIterator<Uint8Array> {
  readonly #chunks: Uint8Array[] = []
  #waiting = 0
  /** How the body ended; undefined while it goes on. */
  #end: { readonly error: Error | undefined } | undefined
  #wake = () => {}

  constructor(
    private readonly request: ClientRequest,
    private readonly response: IncomingMessage,
    private readonly readAhead: number,
  ) {
    response.on('data', (chunk: Uint8Array) => this.#take(chunk))
    response.on('end', () => this.#over(undefined))
    response.on('error', (error) => this.#over(error))
    response.on('close', () => this.#over(new Error('the connection ended')))
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (this.#chunks.length === 0 && this.#end === undefined) {
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
    }
    const value = this.#chunks.shift()
    if (value !== undefined) {
      this.#waiting -= value.length
      if (this.#waiting < this.readAhead / 2 && this.response.isPaused()) this.response.resume()
      return { done: false, value }
    }
    if (this.#end?.error) throw this.#end.error
    return { done: true, value: undefined }
  }

  /** Lets go of the connection, unless the answer has come in whole. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#chunks.length = 0
    if (this.#end === undefined) {
      this.request.destroy(new LastbyteError('CANCELLED', 'Cannot read on: nobody wants more'))
    }
    return { done: true, value: undefined }
  }

  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= this.readAhead) this.response.pause()
    this.#wake()
  }

  #over(error: Error | undefined): void {
    this.#end ??= { error }
    this.#wake()
  }
}
