import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { FRONTS } from '../fixture/forwarding-front.js'
import { RawClient } from '../fixture/raw-http.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

/** Bodies that the parser rejects, in the pieces in which they are sent. */
const BODIES: [string, string, string[]][] = [
  ['a chunk size that is no number', 'Transfer-Encoding: chunked', ['zz\r\n']],
  ['a later chunk size', 'Transfer-Encoding: chunked', ['1\r\na\r\n', '1\r\nb\r\n', 'zz\r\n']],
  ['more bytes than the chunk size says', 'Transfer-Encoding: chunked', ['1\r\nabc\r\n']],
  ['a chunk size beyond 64 bits', 'Transfer-Encoding: chunked', [`${'f'.repeat(20)}\r\n`]],
  ['a malformed trailer field', 'Transfer-Encoding: chunked', ['0\r\n', 'no colon\r\n\r\n']],
  ['the coding identity', 'Transfer-Encoding: identity', []],
  ['a coding that is not chunked', 'Transfer-Encoding: gzip', []],
]

describe.each(FRONTS)('%s', (_name, start) => {
  it.each(BODIES)(
    'responds 400 to a body with %s, and tells the origin',
    async (_what, field, pieces) => {
      const closed: Promise<unknown>[] = []
      await using origin = await ScriptedServer.start((request, response) => {
        closed.push(once(response, 'close'))
        request.on('error', () => {}).resume()
      })
      await using front = await start(origin.url)
      for (const method of ['POST', 'PUT', 'GET']) {
        using client = new RawClient(front.port)
        client.socket.write(`${method} /f HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n`)
        const before = origin.requests.length
        for (const [at, piece] of pieces.entries()) {
          // Once the origin has the request, the client waits for its response.
          if (at > 0) await expect.poll(() => origin.requests.length).toBeGreaterThan(before)
          client.socket.write(piece)
        }
        const { status, fields, body } = await client.response()
        expect([status, fields['content-type'], fields.connection]).toEqual([
          400,
          'application/problem+json',
          'close',
        ])
        expect(JSON.parse(body.toString())).toMatchObject({ status: 400 })
      }
      await Promise.all(closed)
    },
  )

  it('sends the 400 to a client that goes on sending', async () => {
    await using origin = await ScriptedServer.start((request) => {
      request.on('error', () => {}).resume()
    })
    await using front = await start(origin.url)
    using client = new RawClient(front.port)
    client.socket.write('POST /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')
    client.socket.write(Buffer.alloc(4 * 1024 * 1024))
    const { status } = await client.response()
    expect(status).toBe(400)
    client.socket.end()
    expect((await client.closed()).ended).toBe('fin')
  })

  it('writes no 400 into the response of an earlier request of the connection', async () => {
    await using origin = await ScriptedServer.start((request, response) => {
      if (request.url === '/slow') setTimeout(() => response.end('slow'), 50)
    })
    await using front = await start(origin.url)
    using client = new RawClient(front.port)
    client.socket.write(
      'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n' +
        'POST /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    )
    const { status } = await client.closed()
    expect(status).not.toBe(400)
  })
})

it.each(BODIES)(
  'lastbyte serve sends a status for a body with %s',
  async (_what, field, pieces) => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path })
    for (const method of ['POST', 'GET']) {
      using client = new RawClient(server.port)
      client.socket.write(`${method} /f HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n${pieces.join('')}`)
      expect([200, 400, 405]).toContain((await client.closed()).status)
    }
  },
)
