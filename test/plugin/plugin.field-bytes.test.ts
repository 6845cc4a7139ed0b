import { connect as connectHttp2 } from 'node:http2'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { canonicalName } from '../../src/http/field-name.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'

const utf8 = (text: string) => Buffer.from(text).toString('latin1')
const onWire = (value: string) => (/^[\0-\xff]*$/.test(value) ? value : utf8(value))

interface Row {
  readonly what: string
  readonly path: string
  readonly method?: string
  readonly fields?: Record<string, string>
  readonly status: number
  /** Whether the response has the representation fields of the application. */
  readonly represents: boolean
}

const ROWS: Row[] = [
  { what: 'a cached file', path: '/a.txt', status: 200, represents: true },
  { what: 'a cached file to HEAD', path: '/a.txt', method: 'HEAD', status: 200, represents: true },
  { what: 'a streamed file', path: '/big.bin', status: 200, represents: true },
  {
    what: 'a streamed file to HEAD',
    path: '/big.bin',
    method: 'HEAD',
    status: 200,
    represents: true,
  },
  {
    what: 'a 304',
    path: '/a.txt',
    fields: { 'if-none-match': '*' },
    status: 304,
    represents: true,
  },
  {
    what: 'a range',
    path: '/a.txt',
    fields: { range: 'bytes=1-2' },
    status: 206,
    represents: true,
  },
  {
    what: 'two ranges',
    path: '/a.txt',
    fields: { range: 'bytes=0-0,2-2' },
    status: 206,
    represents: true,
  },
  {
    what: 'a range of a streamed file',
    path: '/big.bin',
    fields: { range: 'bytes=9-' },
    status: 206,
    represents: true,
  },
  {
    what: 'a 412',
    path: '/a.txt',
    fields: { 'if-match': '"other"' },
    status: 412,
    represents: false,
  },
  { what: 'a 416', path: '/a.txt', fields: { range: 'bytes=99-' }, status: 416, represents: false },
  { what: 'a 400', path: '/a%00', status: 400, represents: false },
  { what: 'a 404', path: '/absent', status: 404, represents: false },
  { what: 'a redirect', path: '/folder', status: 301, represents: true },
  { what: 'a listing', path: '/folder/', status: 200, represents: true },
  {
    what: 'a listing in JSON',
    path: '/folder/',
    fields: { accept: 'application/json' },
    status: 200,
    represents: true,
  },
  { what: 'a 405', path: '/a.txt', method: 'DELETE', status: 405, represents: false },
  { what: 'a 204', path: '/a.txt', method: 'OPTIONS', status: 204, represents: true },
  {
    what: 'frames',
    path: '/a.txt',
    fields: { accept: 'text/event-stream' },
    status: 200,
    represents: false,
  },
  { what: 'a stream of events', path: '/-/events', status: 200, represents: true },
  { what: 'a file of a route', path: '/-/file', status: 200, represents: true },
]

type Own = Record<string, string | string[]>

/** The routes of an application, and a hook that sets its fields on every reply. */
function setUp(app: FastifyInstance, own: () => Own): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(own())
  })
  app.get('/-/events', (_request, reply) => reply.eventStream(['x']))
  app.get('/-/file', (_request, reply) => reply.sendFile('a.txt'))
}

const FILES = { 'a.txt': 'hello', 'big.bin': 'x'.repeat(3_000_000), 'folder/x.txt': 'x' }

/** A head and its content as bytes of HTTP/1.1, in Latin-1. */
async function exchange(port: number, { path, method, fields }: Row): Promise<string> {
  using client = new RawClient(port)
  client.request(path, { ...fields, Connection: 'close' }, method)
  await client.closed()
  return client.received.toString('latin1')
}

const linesOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n').slice(1)
const nameOf = (line: string) => line.slice(0, line.indexOf(':'))

/** Without the refused field, and with a length of the content that is not that of another one. */
function expectNoField(text: string): void {
  expect(text).toMatch(/^HTTP\/1.1 [2345]\d\d /)
  expect(linesOf(text).map(nameOf)).not.toContain('X-Own')
  const [, length] = /^Content-Length: (\d+)$/m.exec(text) ?? []
  const content = text.slice(text.indexOf('\r\n\r\n') + 4)
  if (length !== undefined && content !== '') expect(content).toHaveLength(Number(length))
}

const VALUES = ['a="Über"', 'a="日本"', utf8('a="日本Ċ"'), 'a="\u010aset-cookie: b"']

describe.each(ROWS)('The fields of $what', (row) => {
  it('reach an HTTP/1.1 client byte for byte, with names in their usual spelling', async () => {
    let own: Own = {}
    using folder = new Folder(FILES)
    await using server = await applicationWith({ root: folder.path, list: true }, (app) =>
      setUp(app, () => own),
    )
    for (const value of VALUES) {
      own = { 'content-disposition': value, 'x-own': value, link: [value, 'b'] }
      const lines = linesOf(await exchange(server.port, row))
      expect(lines).toContain(`X-Own: ${onWire(value)}`)
      expect(lines).toContain(`Link: ${onWire(value)}`)
      const isSent = lines.includes(`Content-Disposition: ${onWire(value)}`)
      expect(isSent).toBe(row.represents)
      expect(lines.join('\n')).not.toMatch(/^set-cookie/im)
      expect(lines.map(nameOf)).toEqual(
        lines.map((line) => canonicalName(nameOf(line).toLowerCase())),
      )
    }
  })

  it.each(['a\r\nset-cookie: b', 'a\n', 'a\0', 'a\x1b[2J', 'a\x7f'])(
    'are refused with the value %j: no byte of it reaches the client, and the server goes on',
    async (value) => {
      let own: Own = { 'x-own': value }
      using folder = new Folder(FILES)
      await using server = await applicationWith({ root: folder.path, list: true }, (app) =>
        setUp(app, () => own),
      )
      const text = await exchange(server.port, row)
      expect(text).toMatch(/^HTTP\/1.1 [2345]\d\d /)
      expect(text).not.toMatch(/set-cookie/i)
      expect(linesOf(text).map(nameOf)).not.toContain('X-Own')
      expect(JSON.stringify(server.log)).toContain('x-own')
      own = {}
      expect(await exchange(server.port, row)).toMatch(new RegExp(`^HTTP/1.1 ${row.status} `))
    },
  )
})

describe('Field values', () => {
  // The server, which the application isn't, responds to these itself.
  it.each(ROWS.filter(({ status }) => status !== 404 && status !== 204))(
    'of $what reach an HTTP/2 client byte for byte, with names in lower case',
    async (row) => {
      let own: Own = {}
      using folder = new Folder(FILES)
      await using server = await serverWith({ root: folder.path, list: true }, { tls }, (app) =>
        setUp(app, () => own),
      )
      const session = connectHttp2(`https://127.0.0.1:${server.port}`, {
        rejectUnauthorized: false,
      })
      for (const value of VALUES) {
        own = { 'content-disposition': value, 'x-own': value }
        const { path, method = 'GET', fields } = row
        const stream = session.request({ ':path': path, ':method': method, ...fields })
        const received = await new Promise<Record<string, unknown>>((resolve, reject) => {
          stream.on('response', resolve).on('error', reject).resume()
        })
        expect(received[':status']).toBe(row.status)
        expect(received['x-own']).toBe(onWire(value))
        const want = row.represents ? onWire(value) : undefined
        expect(received['content-disposition']).toBe(want)
        await new Promise((resolve) => stream.once('close', resolve).close())
      }
      session.close()
    },
  )

  it('of any text reach the client byte for byte, or the response is an error', async () => {
    let own: Own = {}
    using folder = new Folder(FILES)
    await using server: Application = await applicationWith({ root: folder.path }, (app) =>
      setUp(app, () => own),
    )
    const code = fc.oneof(fc.nat(0xff), fc.integer({ min: 0x100, max: 0xd7ff }))
    const text = fc.array(code).map((codes) => `a${String.fromCharCode(...codes)}b`)
    const name = fc.constantFrom('content-disposition', 'content-type', 'etag', 'x-own')
    const row = fc.constantFrom(...ROWS.slice(0, 4))
    await fc.assert(
      fc.asyncProperty(row, name, text, async (row, name, value) => {
        own = { [name]: value }
        const received = await exchange(server.port, row)
        const isRefused = [...value].some(
          (char) => (char < ' ' && char !== '\t') || char === '\x7f',
        )
        if (isRefused) expect(received).toMatch(/^HTTP\/1.1 500 /)
        else expect(linesOf(received)).toContain(`${canonicalName(name)}: ${onWire(value)}`)
      }),
      { numRuns: 60 },
    )
  })

  it('of Content-Type keep their bytes in the parts of a multipart body', async () => {
    using folder = new Folder(FILES)
    await using server = await applicationWith({ root: folder.path }, (app) =>
      setUp(app, () => ({ 'content-type': 'text/x; a="日Ċ"' })),
    )
    const row = { ...(ROWS[6] as Row) }
    const text = await exchange(server.port, row)
    const parts = text.match(/^Content-Type: text\/x; a=.*$/gm)
    expect(parts).toEqual(Array(2).fill(`Content-Type: text/x; a="${utf8('日Ċ')}"`))
  })

  it('of an ETag are compared as the client received them', async () => {
    using folder = new Folder(FILES)
    await using server = await applicationWith({ root: folder.path }, (app) =>
      setUp(app, () => ({ etag: '"日"' })),
    )
    const fields = { 'if-none-match': '"日"' }
    const row = { what: '', path: '/a.txt', fields, status: 304, represents: true }
    expect(await exchange(server.port, row)).toMatch(/^HTTP\/1.1 304 /)
  })

  it.each(['header', 'setHeaders'])('that %s refuses are named in the log', async (way) => {
    using folder = new Folder(FILES)
    const setHeaders = (reply: { setHeader(name: string, value: string): void }) =>
      reply.setHeader('x-own', 'secret\n')
    const options = { root: folder.path, ...(way === 'setHeaders' && { setHeaders }) }
    await using server = await applicationWith(options, (app) =>
      setUp(app, () => (way === 'header' ? { 'x-own': 'secret\n' } : {})),
    )
    const text = await exchange(server.port, ROWS[0] as Row)
    expect(text).toMatch(/^HTTP\/1.1 500 /)
    expect(JSON.stringify(server.log)).toContain('x-own')
    expect(JSON.stringify(server.log)).not.toContain('secret')
  })

  it.each(ROWS)(
    'that an onSend hook sets are refused in $what, and the server goes on',
    async (row) => {
      let value = 'a\nb'
      using folder = new Folder(FILES)
      await using server = await applicationWith({ root: folder.path, list: true }, (app) => {
        setUp(app, () => ({}))
        app.addHook('onSend', async (_request, reply) => {
          reply.header('x-own', value)
        })
      })
      expectNoField(await exchange(server.port, row))
      value = '日'
      expect(linesOf(await exchange(server.port, row))).toContain(`X-Own: ${utf8('日')}`)
    },
  )
})
