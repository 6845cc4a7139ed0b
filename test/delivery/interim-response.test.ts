import { once } from 'node:events'
import { connect, createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { sendInterim } from '../../src/delivery/interim-response.js'
import { httpExchange } from '../fixture/http-exchange.js'
import { tls } from '../fixture/tls.js'

const HINTS = {
  status: 103,
  fields: { link: ['</a>; rel=preload', '<b'], 'x-own': '\xe4', connection: 'x-hop', 'x-hop': '1' },
}

describe('sendInterim', () => {
  it('sends any fields but those of the connection, each value in a line', async () => {
    await using exchange = await httpExchange()
    const { request, response, client } = exchange
    sendInterim(request, response, HINTS)
    sendInterim(request, response, { status: 199, fields: {} })
    response.writeHead(200, { 'content-length': 2, connection: 'close' }).end('ok')
    await client.closed()
    expect(client.received.toString('latin1')).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nLink: <\/a>; rel=preload\r\nLink: <b\r\nX-Own: \xe4\r\n\r\nHTTP\/1.1 199 \r\n\r\nHTTP\/1.1 200 OK\r\n.*ok$/s,
    )
  })

  it('sends nothing once the final response has begun', async () => {
    await using exchange = await httpExchange()
    const { request, response, client } = exchange
    response.writeHead(200, { 'content-length': 2, connection: 'close' }).flushHeaders()
    sendInterim(request, response, HINTS)
    response.end('ok')
    expect((await client.closed()).body.toString()).toBe('ok')
  })

  it('sends nothing to HTTP/1.0, and nothing behind a response that is being sent', async () => {
    await using exchange = await httpExchange()
    const { request, response, client } = exchange
    Object.assign(request, { httpVersion: '1.0' })
    sendInterim(request, response, HINTS)
    Object.assign(request, { httpVersion: '1.1' })
    response.detachSocket(request.socket)
    sendInterim(request, response, HINTS)
    response.assignSocket(request.socket)
    response.writeHead(204, { connection: 'close' }).end()
    expect((await client.closed()).status).toBe(204)
  })

  it('sends additional header fields over HTTP/2', async () => {
    const server = createSecureServer(tls, (request, response) => {
      sendInterim(request, response, HINTS)
      response.end('ok')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    const stream = session.request({ ':path': '/' }).resume()
    const [fields] = await once(stream, 'headers')
    expect(fields).toMatchObject({ ':status': 103, link: '</a>; rel=preload, <b' })
    await once(stream, 'close')
    session.close()
    server.close()
  })
})
