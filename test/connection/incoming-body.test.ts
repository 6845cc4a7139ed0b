import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { incomingHttp1 } from '../../src/connection/incoming-body.js'
import { UnansweredRequests } from '../../src/connection/unanswered-requests.js'

describe('incomingHttp1', () => {
  it('is over when the last byte of the body has been received', async () => {
    await using posted = await post()
    const body = incomingHttp1(posted.request, posted.response, posted.unanswered)
    expect(body.isOver()).toBe(false)
    const before = body.received()
    posted.client.write('ab')
    await expect.poll(() => body.isOver()).toBe(true)
    expect(body.received() - before).toBe(2)
  })

  it('is spared while its response is being sent, and not before', async () => {
    await using posted = await post()
    const body = incomingHttp1(posted.request, posted.response, posted.unanswered)
    expect(body.isSpared()).toBe(false)
    posted.response.write('a')
    expect(body.isSpared()).toBe(true)
    posted.response.end()
    await expect.poll(() => body.isSpared()).toBe(false)
  })

  it('ends with a cut where a response has begun', async () => {
    await using posted = await post()
    posted.response.writeHead(200, { 'content-length': 9 }).write('a')
    await once(posted.client, 'data')
    incomingHttp1(posted.request, posted.response, posted.unanswered).end()
    await once(posted.client, 'close')
  })
})

/** Sends a header section that announces a body of 2 bytes. */
async function post() {
  const unanswered = new UnansweredRequests()
  const server = createServer().listen(0, '127.0.0.1')
  unanswered.watch(server)
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const requested = once(server, 'request')
  client.on('error', () => {}).write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n')
  const [request, response] = (await requested) as [IncomingMessage, ServerResponse]
  request.resume()
  return {
    request,
    response,
    client,
    unanswered,
    async [Symbol.asyncDispose]() {
      client.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}
