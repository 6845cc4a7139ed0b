import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:http2'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { countingSource } from '../fixture/counting-source.js'
import { Folder, pattern } from '../fixture/files.js'
import { tls } from '../fixture/tls.js'

/** Fields that may differ between the two paths: the time, and those of the connection. */
const UNCOMPARED = new Set(['date', 'connection', 'keep-alive'])

interface Drawn {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  /** What an onRequest hook of the application sets on the reply. */
  readonly own: Record<string, string>
  /** The status that the hook sets. */
  readonly status: number
}

const size = fc.constantFrom(0, 1, 5, 9, 10, 2999, 3000, 3001, 199_999, 300_000)
const position = fc.oneof(size, fc.nat(3100))
const range = fc.oneof(
  fc.tuple(position, position).map(([from, to]) => `bytes=${from}-${to}`),
  position.map((from) => `bytes=${from}-`),
  position.map((length) => `bytes=-${length}`),
  fc.tuple(position, position).map(([from, to]) => `bytes=${from}-${from},${to}-`),
  fc.constantFrom('bytes=5', 'bytes=a-b', 'lines=1-2', '', 'bytes=', 'bytes=0-0,', 'bytes= 1-2'),
)
/** `ETAG` and `DATE` are replaced by the validators of the file. */
const tag = fc.constantFrom('ETAG', 'W/ETAG', '"other"', '*', '"other", ETAG', 'garbage', '"own"')
const date = fc.constantFrom(
  'DATE',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'Fri, 01 Jan 2100 00:00:00 GMT',
  'x',
)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    path: fc.constantFrom(
      '/empty.txt',
      '/small.txt',
      '/page.bin',
      '/large.mp4',
      '/dir/',
      '/none',
      '/dir',
    ),
    status: fc.constantFrom(200, 200, 200, 200, 404),
    headers: fc.record({
      range: optional(range),
      'if-range': optional(fc.oneof(tag, date)),
      'if-match': optional(tag),
      'if-none-match': optional(tag),
      'if-modified-since': optional(date),
      'if-unmodified-since': optional(date),
      accept: optional(fc.constantFrom('*/*', 'text/html', 'video/*')),
    }),
    own: fc.record({
      etag: optional(fc.constantFrom('"own"', 'W/"own"', 'garbage')),
      'last-modified': optional(date),
      'cache-control': optional(fc.constant('no-store')),
      'content-type': optional(fc.constantFrom('text/x', 'application/octet-stream')),
      'content-encoding': optional(fc.constant('br')),
      'content-disposition': optional(fc.constant('inline')),
      vary: optional(fc.constantFrom('Origin', 'accept', '*')),
      'x-own': optional(fc.constant('own')),
      'set-cookie': optional(fc.constant('a=1')),
      'content-length': optional(fc.constant('7')),
      'content-range': optional(fc.constant('bytes 1-2/3')),
    }),
  })
  .map(({ headers, own, ...others }) => ({
    ...others,
    headers: present(headers),
    own: present(own),
  }))

function present(fields: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Record<string, string>
}

interface Seen {
  readonly status: number | undefined
  readonly fields: IncomingHttpHeaders
  readonly body: string
}

/** A client of one server, over connections that are kept. */
interface Client extends Disposable {
  send(drawn: Drawn): Promise<Seen>
}

function headersOf({ headers, own, status }: Drawn): Record<string, string> {
  return { ...headers, 'x-application': JSON.stringify({ status, fields: own }) }
}

function http1Client({ port }: Application): Client {
  const agent = new Agent({ keepAlive: true })
  return {
    send: (drawn) => send(agent, port, drawn),
    [Symbol.dispose]: () => agent.destroy(),
  }
}

function http2Client({ port }: Application): Client {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  return {
    send: (drawn) =>
      new Promise((resolve, reject) => {
        const { method, path } = drawn
        const stream = session.request({
          ...{ ':method': method, ':path': path },
          ...headersOf(drawn),
        })
        stream.on('error', reject)
        stream.on('response', ({ ':status': status, ...fields }) => {
          const chunks: Buffer[] = []
          stream.on('data', (chunk: Buffer) => chunks.push(chunk))
          stream.on('end', () => {
            resolve(normalized(status, { ...fields } as IncomingHttpHeaders, Buffer.concat(chunks)))
          })
        })
      }),
    [Symbol.dispose]: () => session.destroy(),
  }
}

function send(agent: Agent, port: number, drawn: Drawn): Promise<Seen> {
  const { method, path } = drawn
  const headers = headersOf(drawn)
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve(normalized(response.statusCode, response.headers, Buffer.concat(chunks)))
      })
    })
    outgoing.end()
  })
}

/** The response without its time, and with a fixed multipart boundary in place of the random one. */
function normalized(status: number | undefined, all: IncomingHttpHeaders, bytes: Buffer): Seen {
  const fields = Object.fromEntries(
    Object.entries(all).filter(([name]) => !UNCOMPARED.has(name)),
  ) as IncomingHttpHeaders
  const [, boundary] = /boundary=([0-9a-f]{32})$/.exec(fields['content-type'] ?? '') ?? []
  if (boundary === undefined) return { status, fields, body: bytes.toString('latin1') }
  const replaced = (text: string) => text.replaceAll(boundary, 'BOUNDARY')
  const contentType = replaced(String(fields['content-type']))
  const body = replaced(bytes.toString('latin1'))
  return { status, fields: { ...fields, 'content-type': contentType }, body }
}

/** Adds a hook that sets the status and the fields of the request's X-Application field. */
function addApplicationHook(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const value = request.headers['x-application']
    if (value === undefined) return
    const { status, fields } = JSON.parse(String(value))
    reply.code(status).headers(fields)
  })
}

const PROTOCOLS = [
  ['HTTP/1.1', applicationWith, http1Client, 400],
  [
    'HTTP/2',
    (files: LastbyteOptions, setUp: (app: FastifyInstance) => void) =>
      serverWith(files, { tls }, setUp),
    http2Client,
    200,
  ],
] as const

it.each(PROTOCOLS)(
  'respondFromCache sends the same response as the path through source.open to any request over %s',
  async (_protocol, serve, clientOf, numRuns) => {
    using folder = new Folder({
      'empty.txt': '',
      'small.txt': '0123456789',
      'page.bin': pattern(3000),
      'large.mp4': pattern(300_000),
      'dir/index.html': '<p>index',
    })
    const cached = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
    const { source: counted, opens } = countingSource(cached)
    const { cached: _cached, ...uncached } = cached
    await using fast = await serve({ source: counted }, addApplicationHook)
    await using slow = await serve({ source: uncached }, addApplicationHook)
    using fastClient = clientOf(fast)
    using slowClient = clientOf(slow)

    let fromMemory = 0
    await fc.assert(
      fc.asyncProperty(drawn, async (drawing) => {
        const plain = { ...drawing, method: 'HEAD', headers: {}, own: {}, status: 200 }
        const { fields } = await slowClient.send(plain)
        const headers = Object.fromEntries(
          Object.entries(drawing.headers).map(([name, value]) => [
            name,
            value
              .replaceAll('ETAG', fields.etag ?? '"none"')
              .replaceAll('DATE', fields['last-modified'] ?? ''),
          ]),
        )
        const last = drawing.own['last-modified']
        const own =
          last === 'DATE'
            ? { ...drawing.own, 'last-modified': fields['last-modified'] ?? last }
            : drawing.own
        const completedRequest = { ...drawing, headers, own }
        const before = opens()
        const cachedResponse = await fastClient.send(completedRequest)
        if (opens() === before) fromMemory += 1
        expect(cachedResponse).toEqual(await slowClient.send(completedRequest))
      }),
      { numRuns },
    )
    // Fails where no response comes from the cache, so that two equal paths would be compared.
    expect(fromMemory).toBeGreaterThan(numRuns / 4)
  },
)
