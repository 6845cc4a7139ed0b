import { connect as connectHttp2, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith } from '../fixture/application.js'
import { FailingSource } from '../fixture/failing-source.js'
import { RawClient } from '../fixture/raw-http.js'

/** Yields nothing, until it is returned. */
const silent = () => ({
  [Symbol.asyncIterator]() {
    return {
      next: () => new Promise<never>(() => {}),
      return: async () => ({ done: true as const, value: undefined }),
    }
  },
})

const routes = (app: FastifyInstance) => {
  app.get('/events', (_request, reply) => reply.eventStream(silent()))
  app.get('/rows', (_request, reply) => reply.ndjson(silent()))
}
const streams: LastbyteOptions = { serve: false, shutdownGrace: 50 }
const hanging = (): LastbyteOptions => ({
  source: new FailingSource(10, { kind: 'hangs in open' }),
  shutdownGrace: 50,
})

describe('a response that is sent while the application closes', () => {
  it.each<[string, string, Record<string, string>, () => LastbyteOptions, number]>([
    ['an event stream without an event', '/events', {}, () => streams, 503],
    ['rows without a row', '/rows', {}, () => streams, 503],
    [
      'the error event of an EventSource',
      '/events',
      { Accept: 'text/event-stream' },
      () => streams,
      200,
    ],
    ['a file whose source does not open', '/f', {}, hanging, 503],
  ])('ends its connection: %s', async (_what, path, fields, options, status) => {
    await using served = await applicationWith(options(), routes)
    using client = new RawClient(served.port)
    client.request(path, fields)
    await expect.poll(() => served.app.transfers.running.size).toBe(1)
    const closing = served.app.close()
    const received = await client.closed()
    expect(received.status).toBe(status)
    expect(received.fields.connection).toBe('close')
    await closing
  })

  it('says nothing of the connection over HTTP/2', async () => {
    const app = Fastify({ http2: true }) as unknown as FastifyInstance
    await app.register(lastbyte, streams)
    routes(app)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    const stream = session.request({ ':path': '/events' })
    const responded = new Promise<Record<string, unknown>>((resolve) => {
      stream.once('response', resolve)
    })
    await expect.poll(() => app.transfers.running.size).toBe(1)
    const closing = app.close()
    const fields = await responded
    expect(fields[constants.HTTP2_HEADER_STATUS]).toBe(503)
    expect(fields.connection).toBeUndefined()
    session.destroy()
    await closing
  })
})
