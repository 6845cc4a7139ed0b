import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultRoutes } from '../../src/admin/fault-routes.js'
import { adminRoutes } from '../../src/admin/routes.js'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { faultProxy, faultServer } from '../../src/testing/index.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient, type RawResponse } from '../fixture/raw-http.js'

/** Text that a strict decoder rejects. */
const MALFORMED = [
  { what: 'a percent sign without hexadecimal digits', text: '%zz' },
  { what: 'a lone percent sign', text: '%' },
  { what: 'a percent-encoded byte that is not UTF-8', text: '%ff' },
  { what: 'a percent-encoded NUL', text: '%00' },
  { what: 'the escape form of ECMAScript', text: '%u0041' },
  { what: 'a percent-encoded lone surrogate', text: '%ED%A0%80' },
  { what: 'an overlong slash', text: '%c0%af' },
  { what: 'a cut-off UTF-8 sequence', text: '%E0%A4%A' },
  { what: 'percent-encoded line ends', text: '%0d%0aX:%201' },
] as const

/** Raw bytes, written as Latin-1 characters. Node's HTTP parser rejects them in a request target. */
const RAW = [
  { what: 'a lone surrogate in raw bytes', text: '\xed\xa0\x80' },
  { what: 'an overlong slash in raw bytes', text: '\xc0\xaf' },
  { what: 'a raw byte that is not UTF-8', text: '\xff' },
] as const

const QUERIES = [
  ...MALFORMED.flatMap(({ what, text }) => [
    { what: `${what} as a name`, query: `?${text}=1` },
    { what: `${what} as a value`, query: `?a=${text}` },
    { what: `${what} beside a fault`, query: `?lastbyte-fault=latency;ms=0&${text}=1` },
    { what: `${what} in a file version`, query: `?versionId=${text}` },
  ]),
  { what: 'separators alone', query: '?&&==' },
  { what: 'a name without a value', query: '?%zz=' },
  { what: 'a second question mark', query: '??lastbyte-fault' },
  { what: 'brackets', query: '?a[__proto__]=1&__proto__=2&a[]=%zz' },
  { what: '7,900 percent signs', query: `?${'%'.repeat(7_900)}` },
  { what: '7,900 separators', query: `?${'&='.repeat(3_950)}` },
]

const FIELDS = [
  ...['Last-Event-ID', 'Range', 'If-Range', 'Accept', 'Accept-Encoding', 'Cookie', 'Via'],
  ...['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'X-Forwarded-For'],
  ...['Want-Repr-Digest', 'Want-Digest', 'Lastbyte-Fault', 'Authorization', 'Origin', 'Referer'],
]

/** Values with TEXT replaced by the malformed text, in the syntax of the field, so that its parser reaches it. */
const SHAPES: Readonly<Record<string, readonly string[]>> = {
  'Last-Event-ID': ['"TEXT":1', '"a":TEXT', 'TEXT:end'],
  Range: ['bytes=TEXT', 'bytes=0-TEXT', `bytes=${'9'.repeat(400)}-`, 'TEXT=0-1'],
  'If-Range': ['"TEXT"', 'W/"TEXT"', 'Sun, 06 Nov 1994 TEXT GMT'],
  'If-None-Match': ['"TEXT", *', 'W/"TEXT"'],
  Accept: ['text/event-stream;TEXT', 'application/x-ndjson;q=TEXT', 'TEXT/*'],
  'Accept-Encoding': ['gzip;q=TEXT', 'TEXT, br'],
  'Want-Repr-Digest': ['sha-256=TEXT', 'TEXT=1'],
  'Want-Digest': ['SHA-256;q=TEXT'],
  'Lastbyte-Fault': ['truncate;at=TEXT', '"TEXT'],
}

const CONTENT = '0123456789'.repeat(30)

interface Served {
  readonly port: number
  [Symbol.asyncDispose](): Promise<void>
}

const SERVERS: Readonly<Record<string, (root: string) => Promise<Served>>> = {
  'the plugin without a fault layer': (root) => applicationWith({ root }),
  'the plugin with a fault layer': (root) => applicationWith({ root, faults: new FaultLayer(1) }),
  'the plugin with precompressed files': (root) => applicationWith({ root, preCompressed: true }),
  'the plugin with a route for each file': (root) => applicationWith({ root, wildcard: false }),
  'the server of lastbyte serve': (root) => serverWith({ root, list: true }),
  'the fault server': async (root) => disposable(await faultServer({ root, seed: 1 })),
  'the fault proxy': async (root) => {
    const origin = await applicationWith({ root })
    return disposable(await faultProxy({ origin: origin.url, seed: 1 }), origin)
  },
  'an upstream source': async (root) => {
    const origin = await applicationWith({ root })
    const front = await applicationWith({ source: upstreamSource({ origin: origin.url }) })
    return disposable({ port: front.port, close: () => front[Symbol.asyncDispose]() }, origin)
  },
}

function disposable(
  { port, close }: { readonly port: number; close(): Promise<void> },
  behind?: AsyncDisposable,
): Served {
  return {
    port,
    async [Symbol.asyncDispose]() {
      await close()
      await behind?.[Symbol.asyncDispose]()
    },
  }
}

/** Sends a request on a new connection; each character of `target` and `fields` is one byte. */
async function send(
  port: number,
  target: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<RawResponse> {
  using client = new RawClient(port)
  const lines = Object.entries({ Host: 'localhost', Connection: 'close', ...fields })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  client.socket.write(Buffer.from(`GET ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'))
  return await client.closed()
}

describe.each(Object.entries(SERVERS))('%s', (_name, start) => {
  let folder: Folder
  let server: Served

  beforeAll(async () => {
    folder = new Folder({ f: CONTENT, 'film.mp4': CONTENT, 'folder/f': CONTENT })
    server = await start(folder.path)
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  it.each(QUERIES)('sends the whole file for a query with $what', async ({ query }) => {
    const { status, body } = await send(server.port, `/f${query}`)
    expect(status).toBe(200)
    expect(body.toString()).toBe(CONTENT)
  })

  it.each(['%', '&=', '%zz=&'])(
    'responds 200 or 414 to a query of 8 KiB and more of %j',
    async (part) => {
      for (const bytes of [8 * 1024, 12 * 1024]) {
        const query = part.repeat(bytes / part.length)
        expect([200, 414], `${bytes}`).toContain((await send(server.port, `/f?${query}`)).status)
      }
    },
  )

  it.each(RAW)('responds 400 to a query with $what', async ({ text }) => {
    for (const query of [`?${text}`, `?a=${text}`, `?lastbyte-fault=x&${text}`]) {
      expect((await send(server.port, `/f${query}`)).status).toBe(400)
    }
  })

  it.each(MALFORMED)(
    'responds with a status below 500 to a path with $what, and to a folder with that in its query',
    async ({ text }) => {
      for (const target of [`/${text}`, `/f${text}`, `/folder?${text}`, `/folder/?${text}=1`]) {
        const { status } = await send(server.port, target)
        expect(status, target).toBeGreaterThanOrEqual(200)
        expect(status, target).toBeLessThan(500)
      }
    },
  )

  it.each(FIELDS)('responds with a status below 500 for any malformed text in %s', async (name) => {
    for (const { text } of [...MALFORMED, ...RAW]) {
      for (const shape of ['TEXT', ...(SHAPES[name] ?? [])]) {
        const value = shape.replace('TEXT', text)
        const { status } = await send(server.port, '/f', { Range: 'bytes=0-9', [name]: value })
        expect(status, value).toBeGreaterThanOrEqual(200)
        expect(status, value).toBeLessThan(500)
      }
    }
  })

  it.each(['text/event-stream', 'application/x-ndjson'])(
    'responds 200 or 400 to a request for frames as %s with malformed parameters',
    async (accept) => {
      for (const { text } of MALFORMED) {
        for (const name of ['start', 'end', 'encoding', 'follow', text]) {
          const { status } = await send(server.port, `/f?${name}=${text}`, { accept })
          expect([200, 400], `${name}=${text}`).toContain(status)
        }
        const id = { accept, 'last-event-id': `"${text}":1` }
        expect([200, 400], text).toContain((await send(server.port, '/f', id)).status)
      }
    },
  )
})

describe('The pages below /-/ of the server of lastbyte serve', () => {
  it.each(MALFORMED)('respond with a status below 500 for $what', async ({ text }) => {
    using folder = new Folder({ 'film.mp4': CONTENT })
    const faults = new FaultLayer(1)
    const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
    await using server = await serverWith({ source, faults, pages: true }, {}, async (app) => {
      await adminRoutes(app)
      await faultRoutes(app, faults, { token: 'secret', access: 'local' })
    })
    const page = await send(server.port, `/-/watch/film.mp4?${text}=${text}`)
    expect(page.status).toBe(200)
    for (const path of ['watch', 'assets', 'metrics', 'transfers', 'faults', 'faults/journal']) {
      for (const target of [`/-/${path}/${text}`, `/-/${path}?rule=${text}&${text}`]) {
        const { status } = await send(server.port, target)
        expect(status, target).toBeGreaterThanOrEqual(200)
        expect(status, target).toBeLessThan(500)
      }
    }
  })
})
