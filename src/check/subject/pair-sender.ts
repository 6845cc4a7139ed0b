import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { LastbyteError } from '../../errors.js'
import { canonicalName } from '../../http/field-name.js'
import { connectError } from '../../transport/connect-error.js'
import type { Exchange, SentRequest } from './exchange.js'
import { type ParsedResponse, parseResponse, type WireResponse } from './parse-response.js'
import type { SenderOptions } from './sender.js'

/**
 * What followed the first of two responses on a connection. `none`: nothing that could be judged, because the server
 * closed the connection, or the first body was too long to be read. `stray`: bytes that aren't a response.
 */
export type Following =
  | { readonly kind: 'none' }
  | { readonly kind: 'stray'; readonly first: Exchange; readonly bytes: Buffer }
  | { readonly kind: 'response'; readonly first: Exchange; readonly second: Exchange }

/** Bytes to receive at most. */
const MOST_BYTES = 64 * 1024

/**
 * Sends two requests on a connection of their own, the second after the response to the first. It reads the bytes
 * itself: node:http drops those that a server sends behind a response.
 */
export class PairSender {
  readonly #options: SenderOptions

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** @throws LastbyteError UNREACHABLE, or SERVER_STALLED; the reason of the signal */
  async send(first: SentRequest, second: SentRequest): Promise<Following> {
    const connection = new WireConnection(first.url, this.#options)
    try {
      const one = await connection.exchange(first, 0)
      if (one.kind !== 'response' || isLast(one.response)) return { kind: 'none' }
      const { end } = one.response
      const two = await connection.exchange(second, end)
      const exchange = exchangeOf(first, one.response)
      if (two.kind === 'response') {
        return { kind: 'response', first: exchange, second: exchangeOf(second, two.response) }
      }
      const bytes = connection.received.subarray(end)
      const isStray = two.kind === 'foreign' && bytes.length > 0
      return isStray ? { kind: 'stray', first: exchange, bytes } : { kind: 'none' }
    } finally {
      connection.close()
    }
  }
}

/** The bytes of one connection, as the server sends them. */
class WireConnection {
  readonly #socket: Socket
  readonly #options: SenderOptions
  readonly #url: URL
  readonly #onAbort: () => void
  #received = Buffer.alloc(0)
  #error: Error | undefined
  #hasEnded = false
  #notify = () => {}

  constructor(url: URL, options: SenderOptions) {
    this.#url = url
    this.#options = options
    this.#socket = open(url, options.insecure)
    this.#onAbort = () => this.#socket.destroy(options.signal.reason)
    options.signal.addEventListener('abort', this.#onAbort, { once: true })
    this.#socket.setTimeout(options.timeout, () => {
      const message = `${url.host} sent no response within ${options.timeout} ms`
      this.#socket.destroy(new LastbyteError('SERVER_STALLED', message, { host: url.host }))
    })
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#notify()
    })
    this.#socket.on('error', (error) => {
      this.#error = error
    })
    this.#socket.on('close', () => {
      this.#hasEnded = true
      this.#notify()
    })
  }

  get received(): Buffer {
    return this.#received
  }

  close(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort)
    this.#options.onBytes(this.#received.length)
    this.#socket.destroy()
  }

  /** Sends a request, and reads the response, which begins at the offset `from` of what is received. */
  async exchange(request: SentRequest, from: number): Promise<ParsedResponse> {
    // Fields are bytes: an ETag of the server may have any from 0x80 on.
    this.#socket.write(textOf(request), 'latin1')
    for (;;) {
      const parsed = parseResponse(this.#received.subarray(from), request.method)
      if (parsed.kind !== 'incomplete' || this.#received.length > MOST_BYTES)
        return shifted(parsed, from)
      if (this.#hasEnded) return this.#atEnd(from)
      await new Promise<void>((resolve) => {
        this.#notify = resolve
      })
    }
  }

  /** A server may close a kept connection at any time; a connection without a response is none. */
  #atEnd(from: number): ParsedResponse {
    const error = this.#error
    if (this.#options.signal.aborted) throw this.#options.signal.reason
    if (error instanceof LastbyteError) throw error
    if (error !== undefined && from === 0) throw connectError(this.#url, error)
    return { kind: 'incomplete' }
  }
}

function open(url: URL, insecure: boolean): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'https:') return connect({ host, port: Number(url.port || 80) })
  return connectTls({
    host,
    port: Number(url.port || 443),
    rejectUnauthorized: !insecure,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 && { servername: host }),
  })
}

function textOf({ method, url, fields }: SentRequest): string {
  const lines = Object.entries(fields).map(
    ([name, value]) => `${canonicalName(name)}: ${value}\r\n`,
  )
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`
}

function shifted(parsed: ParsedResponse, by: number): ParsedResponse {
  if (parsed.kind !== 'response') return parsed
  const { response } = parsed
  return { kind: 'response', response: { ...response, end: response.end + by } }
}

/** Whether the server closes the connection behind a response. */
function isLast({ version, lines }: WireResponse): boolean {
  const values = lines.filter(([name]) => name.toLowerCase() === 'connection')
  return version === '1.0' || values.some(([, value]) => /\bclose\b/i.test(value))
}

function exchangeOf(request: SentRequest, response: WireResponse): Exchange {
  const { end: _end, ...received } = response
  return { request, ...received, end: 'complete', isReused: false }
}
