import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import compress from '@fastify/compress'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const folder = new Folder({
  'a.txt': 'hello, '.repeat(400),
  'big.bin': 'x'.repeat(300_000),
  'd/x.txt': 'x',
  'p.txt': 'precompressed',
  'p.txt.gz': gzipSync('precompressed'),
})
afterAll(() => folder[Symbol.dispose]())

/** Counts the sources of streams that were opened and not closed. */
const sources = { opened: 0, open: 0 }
async function* items() {
  sources.opened += 1
  sources.open += 1
  try {
    yield { data: 1 }
    yield { data: 2 }
  } finally {
    sources.open -= 1
  }
}

/** Ways in which a handler responds. */
const WAYS: Record<string, (reply: FastifyReply) => FastifyReply> = {
  file: (reply) => reply.sendFile('a.txt'),
  streamed: (reply) => reply.sendFile('big.bin'),
  download: (reply) => reply.download('a.txt', 'b.txt'),
  precompressed: (reply) => reply.sendFile('p.txt', { preCompressed: true }),
  options: (reply) => reply.sendFile('a.txt', { maxAge: '1h', etag: 'content' }),
  fields: (reply) => reply.headers({ etag: '"own"', 'x-own': 'own' }).sendFile('a.txt'),
  created: (reply) => reply.code(201).sendFile('a.txt'),
  page: (reply) => reply.code(404).sendFile('a.txt'),
  absent: (reply) => reply.sendFile('absent'),
  refused: (reply) => reply.sendFile('../absent'),
  folder: (reply) => reply.sendFile('d'),
  listing: (reply) => reply.sendFile('d/'),
  rows: (reply) => reply.ndjson(items),
  events: (reply) => reply.eventStream(items),
  'events-fields': (reply) =>
    reply.headers({ 'x-own': 'own', 'cache-control': 'no-cache' }).eventStream(items),
}

const REQUESTS: [string, Record<string, string>][] = [
  ['no fields', {}],
  ['If-None-Match', { 'if-none-match': '*' }],
  ['a failed If-Match', { 'if-match': '"other"' }],
  ['If-Modified-Since', { 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' }],
  ['Accept of events', { accept: 'text/event-stream' }],
  ['Accept of rows', { accept: 'application/x-ndjson' }],
  ['the id of an ended stream', { 'last-event-id': 'a:end' }],
  ['Want-Repr-Digest', { 'want-repr-digest': 'sha-256=1' }],
  ['Accept-Encoding', { 'accept-encoding': 'gzip' }],
]

const SURROUNDINGS: [string, (app: FastifyInstance) => PromiseLike<unknown> | undefined][] = [
  ['alone', () => undefined],
  [
    'with an onSend hook',
    async (app) => void app.addHook('onSend', async (_q, _r, payload) => payload),
  ],
  [
    'with a hook of callbacks that waits',
    async (app) =>
      void app.addHook('onSend', (_request, _reply, payload, done) => {
        setImmediate(() => done(null, payload))
      }),
  ],
  ['with @fastify/compress', (app) => app.register(compress, { threshold: 0 })],
]

/** Adds each way as a route whose HEAD Fastify adds, as two routes, and as one; each also as an async handler. */
function addRoutes(app: FastifyInstance): string[] {
  const urls: string[] = []
  // That of Fastify names the method in its content.
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('none'))
  for (const [name, send] of Object.entries(WAYS)) {
    const handlers = {
      returned: (_request: unknown, reply: FastifyReply) => send(reply),
      async: async (_request: unknown, reply: FastifyReply) => send(reply),
      unreturned: async (_request: unknown, reply: FastifyReply) => void send(reply),
    }
    for (const [how, handler] of Object.entries(handlers)) {
      const url = `/${name}/${how}`
      // As docs/plugin.md says: a body that a hook compresses is an error.
      const options = { compress: false } as object
      app.get(`/automatic${url}`, options, handler)
      app.route({ ...options, method: ['GET', 'HEAD'], url: `/one${url}`, handler })
      app.get(`/two${url}`, { ...options, exposeHeadRoute: false }, handler)
      app.head(`/two${url}`, options, handler)
      urls.push(`/automatic${url}`, `/one${url}`, `/two${url}`)
    }
  }
  return urls
}

/** Fields of the connection and of the time, which describe no content. */
const NOT_COMPARED = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])

function compared(status: number, fields: Record<string, unknown>) {
  const kept = Object.entries(fields).filter(([name]) => !NOT_COMPARED.has(name))
  return { status, fields: Object.fromEntries(kept) }
}

describe.each(SURROUNDINGS)('HEAD %s', (_where, surround) => {
  it.each(REQUESTS)(
    'has the status and the fields of GET, for a request with %s',
    async (_what, fields) => {
      const app = Fastify()
      await surround(app)
      await app.register(lastbyte, { root: folder.path, serve: false, list: true })
      const urls = addRoutes(app)
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      const ask = async (method: string, url: string) => {
        using client = new RawClient(port)
        client.request(url, { Connection: 'close', ...fields }, method)
        return await client.closed()
      }
      for (const url of urls) {
        const get = await ask('GET', url)
        const openedByGet = sources.opened
        const head = await ask('HEAD', url)
        expect(sources.opened, `${url}: HEAD opens no source`).toBe(openedByGet)
        expect(compared(head.status, head.fields), url).toEqual(compared(get.status, get.fields))
        expect([head.body.length, head.ended], url).toEqual([0, 'fin'])
        const isChunked = get.fields['transfer-encoding'] !== undefined
        if (head.status === 304 || isChunked)
          expect(head.fields['content-length'], url).toBeUndefined()
        else if (head.status !== 204)
          expect(head.fields['content-length'], url).toBe(String(get.body.length))
      }
      expect(sources.open).toBe(0)
      await app.close()
    },
  )
})

it('HEAD over HTTP/2 has the status and the fields of GET', async () => {
  const app = Fastify({ http2: true }) as unknown as FastifyInstance
  await app.register(lastbyte, { root: folder.path, serve: false, list: true })
  const urls = addRoutes(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const session = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
  const ask = (method: string, url: string, fields: Record<string, string>) =>
    new Promise<ReturnType<typeof compared>>((resolve, reject) => {
      const stream = session.request({ ':method': method, ':path': url, ...fields })
      let answer: ReturnType<typeof compared> | undefined
      stream.on('response', ({ ':status': status = 0, ...received }) => {
        answer = compared(status, received)
      })
      stream.on('error', reject)
      stream.on('close', () => answer && resolve(answer))
      stream.resume()
    })
  for (const [, fields] of REQUESTS) {
    for (const url of urls) {
      const get = await ask('GET', url, fields)
      expect(await ask('HEAD', url, fields), url).toEqual(get)
    }
  }
  session.close()
  await app.close()
})
