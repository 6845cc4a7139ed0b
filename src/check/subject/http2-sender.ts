import {
  type ClientHttp2Session,
  connect,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2'
import { LastbyteError } from '../../errors.js'
import { connectError } from '../../transport/connect-error.js'
import { contentLength, type Endpoint, type Exchange } from './exchange.js'
import { readBody } from './read-body.js'
import type { Sender, SenderOptions, WireRequest } from './sender.js'

/** Fields of a connection, which HTTP/2 does not have (RFC 9113 §8.2.2), and `host`, which `:authority` replaces. */
const NOT_SENT = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade']

/** Sends requests over HTTP/2, with prior knowledge where the connection is not encrypted. */
export class Http2Sender implements Sender {
  readonly #options: SenderOptions
  readonly #kept = new Map<string, ClientHttp2Session>()

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
    const authority = endpoint && { host: endpoint.host, port: endpoint.port }
    const session = connect(url.origin, {
      rejectUnauthorized: !insecure,
      servername: url.hostname,
      ...authority,
    })
    session.on('error', () => {})
    return session
  }

  #sendOn(session: ClientHttp2Session, request: WireRequest, isReused: boolean): Promise<Exchange> {
    const { url, method, read, fields } = request
    const { timeout, signal, onBytes } = this.#options
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(silence)
        if (signal.aborted) reject(signal.reason)
        else reject(error instanceof LastbyteError ? error : connectError(url, error))
      }
      session.once('error', fail)
      const sent = Object.entries(fields).filter(([name]) => !NOT_SENT.includes(name.toLowerCase()))
      const stream = session.request(
        {
          ...Object.fromEntries(sent),
          ':method': method,
          ':path': url.pathname + url.search,
          ':authority': url.host,
          ':scheme': url.protocol.slice(0, -1),
        },
        { endStream: true, signal },
      )
      const leave = () => {
        request.onLeave?.()
        stream.close(constants.NGHTTP2_CANCEL)
      }
      const silence = setTimeout(() => {
        leave()
        fail(new LastbyteError('SERVER_STALLED', `no response within ${timeout} ms`))
      }, timeout)
      const closed = () => fail(new Error('the stream was reset before the response'))
      stream.on('error', fail)
      stream.on('close', closed)
      stream.on('response', async (head, _flags, raw?: string[]) => {
        clearTimeout(silence)
        // From here on an error is how the body ends.
        for (const emitter of [session, stream]) emitter.off('error', fail)
        stream.off('close', closed)
        const lines = linesOf(head, raw)
        const announced = method === 'HEAD' ? 0 : contentLength({ lines })
        const received = await readBody(stream, { read, announced, timeout }, leave)
        onBytes(received.body.length + lines.join('').length)
        const status = Number(head[':status'])
        resolve({ request, status, version: '2', lines, isReused, ...received })
      })
    })
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
