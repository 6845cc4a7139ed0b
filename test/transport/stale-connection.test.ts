import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Agents } from '../../src/transport/agents.js'
import { type NodeRequest, sendNodeRequest } from '../../src/transport/node-request.js'
import { isIdempotent } from '../../src/transport/stale-connection.js'
import { tls } from '../fixture/tls.js'

type End = (socket: Socket) => void

/** How a server closes a connection on which a request arrives. */
const ENDS: [string, End][] = [
  ['by FIN', (socket) => socket.end()],
  // A socket of TLS has no handle that can be reset.
  ['abruptly', (socket) => ('encrypted' in socket ? socket.destroy() : socket.resetAndDestroy())],
]

/** A server that responds to the first request of each connection, and closes it at the second. */
class ClosingServer implements AsyncDisposable {
  /** The position within its connection of each request. */
  readonly requests: number[] = []

  private constructor(
    private readonly server: Server,
    private readonly agents: Agents,
    readonly url: URL,
  ) {}

  static async start(protocol: string, end: End): Promise<ClosingServer> {
    const counts = new Map<Socket, number>()
    const server = protocol === 'https:' ? createSecureServer(tls) : createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = new URL(`${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const closing = new ClosingServer(server, new Agents({ insecure: true }), url)
    server.on('request', (request, response) => {
      request.on('error', () => {}).resume()
      const nth = (counts.get(request.socket) ?? 0) + 1
      counts.set(request.socket, nth)
      closing.requests.push(nth)
      if (nth === 1) response.setHeader('content-length', 0).end()
      else end(request.socket)
    })
    return closing
  }

  /** Sends a request, and reads the response to its end. */
  async send(request: Partial<NodeRequest> = {}): Promise<number> {
    const { url, agents } = this
    const { signal } = new AbortController()
    const options = { agent: agents.for(url), url, fields: {}, signal, ...request }
    const { status, body } = await sendNodeRequest(options)
    while (!(await body.next()).done);
    // The agent keeps the connection from the next turn on.
    await turn()
    return status
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.agents.close()
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }
}

describe.each(['http:', 'https:'])(
  'a kept connection of %s which the server closes',
  (protocol) => {
    it.each(ENDS)('%s costs no request that may be repeated', async (_how, end) => {
      await using server = await ClosingServer.start(protocol, end)
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PUT', 'PROPFIND', 'MKCOL']) {
        await server.send()
        server.requests.length = 0
        expect(await server.send({ method })).toBe(200)
        expect(server.requests, method).toEqual([2, 1])
      }
    })

    it.each(ENDS)(
      '%s costs one that other kept connections are closed for too',
      async (_how, end) => {
        await using server = await ClosingServer.start(protocol, end)
        await Promise.all([server.send(), server.send(), server.send()])
        server.requests.length = 0
        expect(await server.send()).toBe(200)
        expect(server.requests).toEqual([2, 1])
      },
    )

    it.each(ENDS)('%s fails one that may not be repeated', async (_how, end) => {
      await using server = await ClosingServer.start(protocol, end)
      const body = () => Readable.from([Buffer.from('abc')])
      const cases: Partial<NodeRequest>[] = [
        { method: 'POST' },
        { method: 'PATCH' },
        { method: 'LOCK' },
        { method: 'PUT', fields: { 'content-length': '3' }, body: body() },
      ]
      for (const request of cases) {
        await server.send()
        server.requests.length = 0
        await expect(server.send(request)).rejects.toMatchObject({ code: 'ECONNRESET' })
        expect(server.requests).toEqual([2])
      }
    })
  },
)

it.each(ENDS)('a new connection which the server closes %s fails', async (_how, end) => {
  const { signal } = new AbortController()
  const dies = createServer((request) => end(request.socket)).listen(0, '127.0.0.1')
  await once(dies, 'listening')
  const url = new URL(`http://127.0.0.1:${(dies.address() as AddressInfo).port}/`)
  let requests = 0
  dies.on('request', () => {
    requests += 1
  })
  const agents = new Agents()
  const sending = sendNodeRequest({ agent: agents.for(url), url, fields: {}, signal })
  await expect(sending).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(requests).toBe(1)
  agents.close()
  dies.close()
})

it.each([
  ['GET', true],
  ['PUT', true],
  ['REPORT', true],
  ['POST', false],
  ['PATCH', false],
  ['LOCK', false],
  ['PURGE', false],
])('%s is idempotent: %s', (method, expected) => {
  expect(isIdempotent(method)).toBe(expected)
})
