import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { canonicalName } from '../../http/field-name.js'
import { contentLength, type Exchange } from './exchange.js'
import { noResponse, stalledResponse } from './no-response.js'
import { readBody } from './read-body.js'
import type { Sender, SenderOptions, WireRequest } from './sender.js'

type AnyAgent = HttpAgent | HttpsAgent

/** The other side had closed a kept connection when a request was sent on it. */
class KeptConnectionClosed extends Error {}

/** Sends requests over HTTP/1.1 and HTTP/1.0. One connection is kept. */
export class Http1Sender implements Sender {
  readonly #options: SenderOptions
  readonly #kept = new Map<string, AnyAgent>()
  /** Bytes of each socket that have been counted, after each of its requests. */
  readonly #counted = new WeakMap<Socket, number>()

  constructor(options: SenderOptions) {
    this.#options = options
  }

  async send(request: WireRequest): Promise<Exchange> {
    if (request.connection === 'kept') return this.#sendOnKept(request)
    const agent = this.#newAgent(request.url)
    try {
      return await this.#sendOn(agent, request)
    } finally {
      agent.destroy()
    }
  }

  /**
   * Sends a request again on another connection where the kept one was closed (RFC 9112 §9.3.1), as every client does.
   * nginx closes it after a 412 that says keep-alive.
   */
  async #sendOnKept(request: WireRequest): Promise<Exchange> {
    const agent = this.#keptAgent(request)
    try {
      return await this.#sendOn(agent, request)
    } catch (error) {
      if (!(error instanceof KeptConnectionClosed)) throw error
      return await this.#sendOn(agent, request)
    }
  }

  close(): void {
    for (const agent of this.#kept.values()) agent.destroy()
    this.#kept.clear()
  }

  #keptAgent({ url, endpoint }: WireRequest): AnyAgent {
    const key = [url.origin, endpoint?.host, endpoint?.port].join(' ')
    const agent = this.#kept.get(key) ?? this.#newAgent(url)
    this.#kept.set(key, agent)
    return agent
  }

  #newAgent({ protocol }: URL): AnyAgent {
    const options = { keepAlive: true, maxSockets: 1 }
    if (protocol !== 'https:') return new HttpAgent(options)
    return new HttpsAgent({ ...options, rejectUnauthorized: !this.#options.insecure })
  }

  #sendOn(agent: AnyAgent, request: WireRequest): Promise<Exchange> {
    const { url, method, read, readIfLonger, endpoint } = request
    const { timeout, signal, onBytes } = this.#options
    const isSecure = url.protocol === 'https:'
    const options = {
      agent,
      method,
      signal,
      host: endpoint?.host ?? url.hostname.replace(/^\[|\]$/g, ''),
      port: endpoint?.port ?? url.port,
      path: url.pathname + url.search,
      headers: sentFields(request),
      setHost: false,
      ...(isSecure && { servername: serverName(url) }),
    }
    return new Promise((resolve, reject) => {
      const outgoing = requestOf(options, isSecure)
      if (outgoing instanceof Error) return reject(noResponse(url, outgoing))
      let socket: Socket | undefined
      const count = () => {
        if (socket === undefined) return
        onBytes(socket.bytesRead - (this.#counted.get(socket) ?? 0))
        this.#counted.set(socket, socket.bytesRead)
      }
      const fail = (error: Error) => {
        clearTimeout(silence)
        count()
        if (signal.aborted) reject(signal.reason)
        else if (outgoing.reusedSocket && isClosed(error)) reject(new KeptConnectionClosed())
        else reject(noResponse(url, error))
      }
      const silence = setTimeout(() => {
        outgoing.destroy(stalledResponse(url, timeout))
      }, timeout)
      let hasResponse = false
      outgoing.on('error', (error) => {
        // Later errors are ends of the body, which readBody tells, or bytes behind a response to HEAD (BusyBox).
        if (!hasResponse || signal.aborted) fail(error)
      })
      outgoing.on('socket', (used: Socket) => {
        socket = used
        if (request.version === '1.0') sendAsHttp10(used)
      })
      outgoing.on('response', async (response: IncomingMessage) => {
        hasResponse = true
        clearTimeout(silence)
        const { statusCode: status = 0, httpVersion: version } = response
        const lines = linesOf(response.rawHeaders)
        const announced = hasBody(method, status) ? contentLength({ lines }) : 0
        const { midway } = request
        const reading = { read, readIfLonger, announced, timeout, midway }
        const isReused = outgoing.reusedSocket
        const leave = () => {
          request.onLeave?.()
          outgoing.destroy()
        }
        const received = await readBody(response, reading, leave)
        count()
        resolve({ request, status, version, lines, isReused, ...received })
      })
      outgoing.end()
    })
  }
}

/** RFC 6066 §3 allows no address as a server name. */
export function serverName({ hostname }: URL): string {
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : ''
}

function sentFields({ version, fields }: WireRequest): Record<string, string> {
  const names = Object.entries(fields).map(([name, value]) => [canonicalName(name), value])
  const connection = version === '1.0' ? { Connection: 'close' } : {}
  return { ...Object.fromEntries(names), ...connection }
}

/** node:http sends HTTP/1.1 only; its first write begins with the request line. */
function sendAsHttp10(socket: Socket): void {
  const write = socket.write
  const replaced = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    socket.write = write
    const text = typeof chunk === 'string' ? chunk.replace(' HTTP/1.1\r\n', ' HTTP/1.0\r\n') : chunk
    return Reflect.apply(write, socket, [text, ...rest])
  }
  socket.write = replaced as Socket['write']
}

function linesOf(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []))
}

function isClosed({ code = '' }: NodeJS.ErrnoException): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(code)
}

/** The request, or why it can't be sent: a field is invalid. */
function requestOf(options: RequestOptions, isSecure: boolean): ClientRequest | Error {
  try {
    return isSecure ? requestHttps(options) : requestHttp(options)
  } catch (error) {
    return error as Error
  }
}

function hasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 304 && status !== 204
}
