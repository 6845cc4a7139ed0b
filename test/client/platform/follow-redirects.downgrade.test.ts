import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as browser from '../../../src/client/browser.js'
import * as node from '../../../src/client/index.js'
import type { StreamOptions } from '../../../src/client/resumable-stream.js'
import { Folder } from '../../fixture/files.js'
import { type Script, ScriptedServer } from '../../fixture/scripted-server.js'
import { secureServer } from '../../fixture/secure-server.js'

// The certificate of the test server is self-signed.
vi.mock('../../../src/transport/agents.js', async (original) => {
  const { Agents } = await original<typeof import('../../../src/transport/agents.js')>()
  return {
    Agents: class extends Agents {
      constructor() {
        super({ insecure: true })
      }
    },
  }
})
beforeEach(() => void vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0'))
afterEach(() => void vi.unstubAllEnvs())

type Options = Pick<StreamOptions, 'allowInsecureRedirects'>

/** Reads all of a URL with each function of a client. */
const readers = (client: typeof browser) => ({
  async resumableStream(url: string, options: Options) {
    const { body } = await client.resumableStream(url, { headers, retryFor: 500, ...options })
    await new Response(body).arrayBuffer()
  },
  async readEventStream(url: string, options: Options) {
    for await (const _ of client.readEventStream(url, { headers, retryFor: 500, ...options }));
  },
  async readFrames(url: string, options: Options) {
    const all = { headers, retryFor: 500, as: 'lines', ...options } as const
    for await (const _ of client.readFrames(url, all));
  },
})
const headers = { authorization: 'Bearer secret' }
const READERS = [
  ...Object.entries(readers(node)).map(([name, read]) => [`${name} by Node`, read] as const),
  ...Object.entries(readers(browser)).map(([name, read]) => [`${name} by fetch`, read] as const),
  [
    'download',
    async (url: string, options: Options) => {
      using folder = new Folder()
      await node.download(url, { to: folder.at('f'), headers, retryFor: 500, ...options })
    },
  ] as const,
]

const content: Script = ({ headers: { accept } }, response) => {
  if (accept === 'application/x-ndjson') {
    return void response.setHeader('content-type', accept).end('{"type":"end","size":0}\n')
  }
  if (accept === 'text/event-stream') {
    const end = 'id: 1:end\nevent: end\ndata: {}\n\n'
    return void response.setHeader('content-type', accept).end(end)
  }
  response.setHeader('etag', '"v1"').end('content')
}

describe.each(READERS)('%s, redirected from https: to http:', (_name, read) => {
  it('is refused, and requests nothing of the insecure server', async () => {
    await using plain = await ScriptedServer.start(content)
    await using secure = await secureServer((_request, response) => {
      response.writeHead(302, { location: `${plain.url}/f` }).end()
    })
    await expect(read(`${secure.url}/f`, {})).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('allowInsecureRedirects'),
    })
    expect(plain.requests).toEqual([])
  })

  it('is followed with allowInsecureRedirects, without credentials', async () => {
    await using plain = await ScriptedServer.start(content)
    await using secure = await secureServer((_request, response) => {
      response.writeHead(302, { location: `${plain.url}/f` }).end()
    })
    await read(`${secure.url}/f`, { allowInsecureRedirects: true })
    expect(plain.requests.length).toBeGreaterThan(0)
    for (const request of plain.requests) expect(request.headers.authorization).toBeUndefined()
  })
})

it.each<[string, typeof browser]>([
  ['Node', node],
  ['fetch', browser],
])('A stream by %s that is resumed is not redirected to http: either', async (_name, client) => {
  await using plain = await ScriptedServer.start(content)
  let requests = 0
  await using secure = await secureServer((_request, response) => {
    requests += 1
    if (requests > 1) return void response.writeHead(307, { location: plain.url }).end()
    response.writeHead(200, { etag: '"v1"', 'content-length': '7' })
    response.write('con', () => response.socket?.destroySoon())
  })
  const { body } = await client.resumableStream(`${secure.url}/f`, { retryFor: 5_000 })
  await expect(new Response(body).text()).rejects.toMatchObject({ code: 'REFUSED' })
  expect(plain.requests).toEqual([])
})
