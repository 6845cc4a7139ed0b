import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

/** Fields of an application that would say where the body ends. */
const FRAMING = { 'content-length': '5', 'transfer-encoding': 'chunked' }
const ITEMS = ['a', 'b', 'c']

describe.each<[string, (reply: FastifyReply) => unknown, string]>([
  ['an event stream', (reply) => reply.eventStream(ITEMS), 'data: c'],
  ['a stream of rows', (reply) => reply.ndjson(ITEMS), '"row":"c"'],
])('The length of %s', (_what, stream, last) => {
  it.each<[(keyof typeof FRAMING)[]]>([
    [['content-length']],
    [['transfer-encoding']],
    [['content-length', 'transfer-encoding']],
  ])('is not what the application has said by %j', async (names) => {
    using folder = new Folder({})
    await using served = await applicationWith({ root: folder.path }, (app) => {
      app.get('/stream', (_request, reply) => {
        for (const name of names) reply.header(name, FRAMING[name])
        return stream(reply)
      })
    })
    using client = new RawClient(served.port)
    client.request('/stream')
    client.request('/stream', { Connection: 'close' })
    await client.closed()
    const [first, second] = client.received.toString().split(/(?=HTTP\/1\.1 200 OK\r\n)/)
    for (const response of [first, second]) {
      const [head = '', body = ''] = String(response).split(/\r\n\r\n(.*)/s)
      expect(head).not.toMatch(/content-length/i)
      expect(head).toMatch(/transfer-encoding: chunked/i)
      expect(decodeChunked(Buffer.from(body)).bytes.toString()).toContain(last)
    }

    using old = new RawClient(served.port)
    old.request('/stream', {}, 'GET', 'HTTP/1.0')
    const { fields, body, ended } = await old.closed()
    expect(Object.keys(fields)).not.toContain('content-length')
    expect(Object.keys(fields)).not.toContain('transfer-encoding')
    expect(body.toString()).toContain(last)
    expect(ended).toBe('fin')
  })
})
