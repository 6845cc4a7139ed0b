import { expect, it } from 'vitest'
import { FRONTS } from '../fixture/forwarding-front.js'
import { RawClient } from '../fixture/raw-http.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

const [, start] = FRONTS[1] ?? []
const NOSNIFF = { 'x-content-type-options': 'nosniff' }

it.each([
  ['neither', {}],
  ['a type alone', { 'content-type': 'text/html' }],
  ['nosniff alone', NOSNIFF],
  ['both', { 'content-type': 'text/x-own', ...NOSNIFF }],
])(
  'lastbyte proxy passes on type and nosniff of the origin and adds none, where it sends %s',
  async (_what, told) => {
    await using origin = await ScriptedServer.start(({ method }, response) => {
      const fields = { 'content-length': 2, etag: '"v1"', 'accept-ranges': 'bytes', ...told }
      response.writeHead(200, fields).end(method === 'HEAD' ? '' : 'ok')
    })
    await using front = await (start ?? expect.fail())(origin.url)
    const cases: [string, Record<string, string>][] = [
      ['GET', {}],
      ['GET', { Range: 'bytes=0-0' }],
      ['HEAD', {}],
      ['POST', {}],
    ]
    for (const [method, fields] of cases) {
      using client = new RawClient(front.port)
      client.request('/f.mp4', { Connection: 'close', ...fields }, method)
      const { fields: received } = await client.closed()
      const names = ['content-type', 'x-content-type-options'] as const
      const sent = Object.fromEntries(
        names.filter((name) => name in received).map((name) => [name, received[name]]),
      )
      expect(sent, method).toEqual(told)
    }
  },
)
