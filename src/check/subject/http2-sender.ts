import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { contentLength, type Endpoint, type Exchange } from './exchange.js'
import { serverName } from './http1-sender.js'
import { noResponse, stalledResponse } from './no-response.js'
import { readBody } from './read-body.js'
import type { Sender, SenderOptions, WireRequest } from './sender.js'

/** Fields of a connection, which HTTP/2 does not have (RFC 9113 §8.2.2), and `host`, which `:authority` replaces. */
const NOT_SENT = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade']

/** Bytes that a server may send of a body before it is left: dozens of bodies are. */
const WINDOW = 16 * 1024

/** Sends requests over HTTP/2, with prior knowledge where the connection is not encrypted. */
export class Http2Sender implements Sender {
  readonly #options: SenderOptions
  readonly #kept = new Map<string, ClientHttp2Session>()
  readonly #counts = new WeakMap<ClientHttp2Session, () => void>()

  constructor(options: SenderOptions) {
    this.#options = options
  }

  async send(request: WireRequest): Promise<Exchange> {
    if (request.connection === 'kept') return this.#sendKept(request)
    const session = this.#connect(request.url, request.endpoint)
    try {
      return await this.#sendOn(session, request, false)
    } finally {
      session.destroy()
    }
  }

  close(): void {
    for (const session of this.#kept.values()) session.destroy()
    this.#kept.clear()
  }

  #sendKept(request: WireRequest): Promise<Exchange> {
    const key = [request.url.origin, request.endpoint?.host, request.endpoint?.port].join(' ')
    const kept = this.#kept.get(key)
    const isOpen = kept !== undefined && !kept.closed && !kept.destroyed
    const session = isOpen ? kept : this.#connect(request.url, request.endpoint)
    this.#kept.set(key, session)
    return this.#sendOn(session, request, isOpen)
  }

  #connect(url: URL, endpoint: Endpoint | undefined): ClientHttp2Session {
    const { insecure } = this.#options
    const host = endpoint?.host ?? url.hostname.replace(/^\[|\]$/g, '')
    const port = endpoint?.port ?? Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    const servername = serverName(url)
    const tls = { rejectUnauthorized: !insecure, servername, ALPNProtocols: ['h2'] }
    const session = connect(url.origin, {
      settings: { initialWindowSize: WINDOW },
      // Node 22 takes the host for an empty server name, and warns where that is an address.
      createConnection: () =>
        url.protocol === 'https:' ? connectTls({ host, port, ...tls }) : connectTcp({ host, port }),
    })
    session.on('error', () => {})
    this.#countBytes(session)
    return session
  }

  /**
   * Counts what arrives on the connection of a session: a server may have sent much more of a body than is read before the
   * reset of its stream reaches it.
   */
  #countBytes(session: ClientHttp2Session): void {
    let counted = 0
    session.once('connect', (_session, socket) => {
      const count = () => {
        this.#options.onBytes(socket.bytesRead - counted)
        counted = socket.bytesRead
      }
      this.#counts.set(session, count)
      socket.once('close', count)
    })
  }

  #sendOn(session: ClientHttp2Session, request: WireRequest, isReused: boolean): Promise<Exchange> {
    const { url, method, read, readIfLonger, fields } = request
    const { timeout, signal } = this.#options
    return new Promise((resolve, reject) => {
      let silence: NodeJS.Timeout | undefined
      const settle = () => {
        clearTimeout(silence)
        session.off('error', fail)
      }
      const fail = (error: Error) => {
        settle()
        reject(signal.aborted ? signal.reason : noResponse(url, error))
      }
      session.on('error', fail)
      const sent = Object.entries(fields).filter(([name]) => !NOT_SENT.includes(name.toLowerCase()))
      const head = {
        ...Object.fromEntries(sent),
        ':method': method,
        ':path': url.pathname + url.search,
        ':authority': url.host,
        ':scheme': url.protocol.slice(0, -1),
      }
      const stream = requestOf(session, head, signal)
      if (stream instanceof Error) return fail(stream)
      const leave = () => {
        request.onLeave?.()
        stream.close(constants.NGHTTP2_CANCEL)
      }
      silence = setTimeout(() => {
        session.destroy()
        fail(stalledResponse(url, timeout))
      }, timeout)
      const closed = () => fail(new Error('the stream was reset before the response'))
      stream.on('error', fail)
      stream.on('close', closed)
      stream.on('response', async (head, _flags, raw?: string[]) => {
        // From here on an error is how the body ends.
        settle()
        stream.off('error', fail)
        stream.off('close', closed)
        const lines = linesOf(head, raw)
        const announced = method === 'HEAD' ? 0 : contentLength({ lines })
        const { midway } = request
        const reading = { read, readIfLonger, announced, timeout, midway }
        const received = await readBody(stream, reading, leave)
        this.#counts.get(session)?.()
        const status = Number(head[':status'])
        resolve({ request, status, version: '2', lines, isReused, ...received })
      })
    })
  }
}

/** The stream, or why the session can have none: it is closed, or a field is invalid. */
function requestOf(
  session: ClientHttp2Session,
  head: OutgoingHttpHeaders,
  signal: AbortSignal,
): ClientHttp2Stream | Error {
  try {
    return session.request(head, { endStream: true, signal })
  } catch (error) {
    return error as Error
  }
}

/** Node 20 gives the lines of a header section as an object only. */
function linesOf(
  head: IncomingHttpHeaders & IncomingHttpStatusHeader,
  raw: readonly string[] | undefined,
): (readonly [string, string])[] {
  const lines = Array.isArray(raw)
    ? raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []))
    : Object.entries(head).flatMap(([name, value]) =>
        [value ?? []].flat().map((each) => [name, String(each)] as const),
      )
  return lines.filter(([name]) => !name.startsWith(':'))
}
