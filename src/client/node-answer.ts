import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import { LastbyteError } from '../errors.js'
import type { Answer } from './transport.js'

/** Bytes that are taken in ahead of whoever reads. */
const AHEAD = 1024 * 1024

/** Sends a GET; resolves with the answer as soon as its head is here. */
export function ask(
  agent: Agent,
  url: URL,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    const asking = request(url, { agent, headers: fields, signal })
    asking.on('error', reject)
    asking.on('response', (response) => {
      const field = (name: string) => response.headersDistinct[name]?.join(', ')
      resolve({ status: response.statusCode ?? 0, field, body: new NodeBody(asking, response) })
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
      if (this.#waiting < AHEAD / 2 && this.response.isPaused()) this.response.resume()
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
    if (this.#waiting >= AHEAD) this.response.pause()
    this.#wake()
  }

  #over(error: Error | undefined): void {
    this.#end ??= { error }
    this.#wake()
  }
}
