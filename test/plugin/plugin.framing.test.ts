import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { type Application, applicationWith } from '../fixture/application.js'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const FRAMINGS: [string, (reply: FastifyReply) => unknown][] = [
  ['a trailer', (reply) => reply.trailer('x-sum', async () => '1')],
  ['two trailers', (reply) => reply.trailer('a', async () => '1').trailer('b', async () => '2')],
  ['a Transfer-Encoding of its own', (reply) => reply.header('transfer-encoding', 'chunked')],
  ['both', (reply) => reply.header('Transfer-Encoding', 'chunked').trailer('a', async () => '1')],
]

const WAYS: [string, (reply: FastifyReply) => FastifyReply][] = [
  ['sendFile of a small file', (reply) => reply.sendFile('small')],
  ['sendFile of a large file', (reply) => reply.sendFile('large')],
  ['download', (reply) => reply.download('small')],
]

/** Runs a test with an application whose only route sets something on the reply and sends a file. */
async function withRoute(
  send: (reply: FastifyReply) => FastifyReply,
  run: (app: Application) => Promise<void>,
): Promise<void> {
  using folder = new Folder({ small: 'four', large: Buffer.alloc(300_000) })
  await using app = await applicationWith({ root: folder.path, serve: false }, (app) => {
    app.get('/', (_request, reply) => send(reply))
  })
  await run(app)
}

/** A response without a body has no end but the connection's. */
async function request(app: Application, method: string, fields = {}) {
  using client = new RawClient(app.port)
  client.request('/', { Connection: 'close', ...fields }, method)
  return await client.closed()
}

describe.each(FRAMINGS)('A reply with %s', (_framing, set) => {
  it.each(WAYS)('has one framing, its length: %s', async (_way, send) => {
    const route = (reply: FastifyReply) => {
      set(reply)
      return send(reply)
    }
    await withRoute(route, async (app) => {
      const whole = await request(app, 'GET')
      expect(whole.fields).not.toHaveProperty('transfer-encoding')
      expect(whole.fields).not.toHaveProperty('trailer')
      expect(whole.body).toHaveLength(Number(whole.fields['content-length']))
      const head = await request(app, 'HEAD')
      expect(head.fields['content-length']).toBe(whole.fields['content-length'])
      const etag = whole.fields.etag ?? ''
      expect((await request(app, 'GET', { 'If-None-Match': etag })).status).toBe(304)
      const part = await request(app, 'GET', { Range: 'bytes=1-2' })
      expect([part.status, part.body.length]).toEqual([206, 2])
    })
  })

  it('has one framing and announces no trailer: ndjson', async () => {
    const route = (reply: FastifyReply) => {
      set(reply)
      return reply.ndjson([1])
    }
    await withRoute(route, async (app) => {
      const { fields, body } = await request(app, 'GET')
      expect(fields['transfer-encoding']).toBe('chunked')
      expect(fields).not.toHaveProperty('trailer')
      expect(decodeChunked(body).whole).toBe(true)
    })
  })
})

describe('A status without content', () => {
  it.each([204, 304])('has no length and no content: %i', async (status) => {
    for (const name of ['small', 'large']) {
      for (const method of ['GET', 'HEAD']) {
        const send = (reply: FastifyReply) => reply.code(status).sendFile(name)
        await withRoute(send, async (app) => {
          const response = await request(app, method)
          expect([response.status, response.body.length]).toEqual([status, 0])
          expect(response.fields).not.toHaveProperty('content-length')
          expect(response.fields).not.toHaveProperty('transfer-encoding')
        })
      }
    }
  })
})
