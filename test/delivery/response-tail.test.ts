import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { addTail } from '../../src/delivery/response-tail.js'
import type { ResponseTail } from '../../src/fault/fault.js'
import { RawClient } from '../fixture/raw-http.js'

let close = () => {}
afterEach(() => close())

/** A server whose responses are "hello" with this tail. */
async function serve(tail: ResponseTail): Promise<number> {
  const server = createServer((_request, response) => {
    addTail(response, tail)
    response.setHeader('content-length', 5)
    response.end('hello')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  return (server.address() as AddressInfo).port
}

describe('addTail', () => {
  it('writes bytes behind each response of a connection, before the next one', async () => {
    using client = new RawClient(await serve({ extra: Buffer.from('EXTRA') }))
    client.request('/')
    client.request('/', { connection: 'close' })
    const { body, ended } = await client.closed()
    const [first, second] = body.toString().split(/HTTP\/1\.1 200 OK[\s\S]*?\r\n\r\n/)
    expect([first, second, ended]).toEqual(['helloEXTRA', 'helloEXTRA', 'fin'])
  })

  it('adds nothing to a response without a tail', async () => {
    using client = new RawClient(await serve({}))
    client.request('/', { connection: 'close' })
    expect((await client.closed()).body.toString()).toBe('hello')
  })

  it('closes a connection without TLS as usual', async () => {
    using client = new RawClient(await serve({ closeNotify: 'left out' }))
    client.request('/', { connection: 'close' })
    expect(await client.closed()).toMatchObject({ body: Buffer.from('hello'), ended: 'fin' })
  })
})
