import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { applicationWith } from '../fixture/application.js'

const TEXT = '0123456789'
let received: IncomingHttpHeaders[] = []

/** An origin that evaluates neither conditions nor ranges, as many don't. */
const origin = createServer((request, response) => {
  received.push(request.headers)
  response.writeHead(200, {
    'content-type': 'text/plain',
    'content-length': TEXT.length,
    'accept-ranges': 'bytes',
    etag: '"v1"',
    'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
  })
  response.end(request.method === 'HEAD' ? undefined : TEXT)
})

beforeAll(() => new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve)))
beforeEach(() => {
  received = []
})
afterAll(() => {
  origin.closeAllConnections()
  origin.close()
})

it.each<[LastbyteOptions, Record<string, string>, string[], string[]]>([
  [{ acceptRanges: false }, { range: 'bytes=0-1' }, ['accept-ranges', 'content-range'], ['range']],
  [{ etag: false }, { 'if-none-match': '"v1"' }, ['etag'], ['if-none-match']],
  [
    { lastModified: false },
    { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
    ['last-modified'],
    ['if-modified-since'],
  ],
  [{ contentType: false }, {}, ['content-type'], []],
])(
  'the files of another server with %o and the fields %o are sent whole without %o',
  async (options, headers, absent, unsent) => {
    const { port } = origin.address() as AddressInfo
    const source = upstreamSource({ origin: `http://127.0.0.1:${port}` })
    await using app = await applicationWith({ source, ...options })
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(`${app.url}/f`, { method, headers })
      expect([response.status, await response.text()]).toEqual([200, method === 'GET' ? TEXT : ''])
      expect(absent.filter((name) => response.headers.has(name))).toEqual([])
    }
    expect(unsent.filter((name) => received.some((fields) => name in fields))).toEqual([])
  },
)
