import { describe, expect, it } from 'vitest'
import { failover } from '../../src/source/failover.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { byteSourceContract } from '../contract/byte-source.contract.js'
import { serverWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { type Script, ScriptedServer, serve } from '../fixture/scripted-server.js'

const CONTENT = pattern(400_000)
const OTHER = pattern(400_000, 1)
const ETAG = { etag: '"v1"' }
const busy: Script = (_request, response) => void response.writeHead(503).end()
const absent: Script = (_request, response) =>
  void response.writeHead(404, { 'content-length': 8 }).end('not here')

byteSourceContract('failover', () => {
  const folder = new Folder()
  const files = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
  return {
    source: failover([files, files]),
    put: (key, content) => void folder.write(key, content),
    remove: () => {},
    openHandles: () => descriptorsBelow(folder.path),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
})

/** The response to a client, by a failover of two servers that run these scripts. */
async function getFrom(one: Script, two: Script, fields: Record<string, string> = {}) {
  await using first = await ScriptedServer.start(one)
  await using second = await ScriptedServer.start(two)
  const sources = [first, second].map(({ url }) => upstreamSource({ origin: url, stall: 500 }))
  const source = failover(sources, { retryFor: 1000, openFor: 200 })
  await using front = await serverWith({ source })
  const get = async () => {
    using raw = new RawClient(front.port)
    raw.request('/f', { Connection: 'close', ...fields })
    return await raw.closed()
  }
  const response = await get()
  const again = await get()
  const requests = [first, second].map(({ requests }) => requests.length)
  const { heals } = front.app.transfers
  return { ...response, again, requests, heals, pinned: second.requests[0]?.headers }
}

describe('failover', () => {
  it('continues in the middle of a read at a source with the same version', async () => {
    const cut = serve(CONTENT, ETAG, { cut: 150_000 })
    const { body, pinned, heals, again } = await getFrom(cut, serve(CONTENT, ETAG))
    expect(body.equals(CONTENT)).toBe(true)
    expect(pinned?.range).toBe('bytes=150000-399999')
    expect(heals).toBe(1)
    expect(again.body.equals(CONTENT)).toBe(true)
  })

  it('continues within a range, where the first source stalls', async () => {
    const hangs: Script = (_request, response) => {
      const part = {
        ...ETAG,
        'content-range': 'bytes 1000-299999/400000',
        'content-length': 299_000,
      }
      response.writeHead(206, part).write(CONTENT.subarray(1000, 50_000))
    }
    const range = { Range: 'bytes=1000-299999', 'If-Range': '"v1"' }
    const { body, status } = await getFrom(hangs, serve(CONTENT, ETAG), range)
    expect([status, body.equals(CONTENT.subarray(1000, 300_000))]).toEqual([206, true])
  })

  it.each([
    ['another version', serve(OTHER, { etag: '"v2"' })],
    ['another size', serve(OTHER.subarray(0, 399_999), ETAG)],
    ['a weak tag', serve(OTHER, { etag: 'W/"v1"' })],
    ['nothing', absent],
  ])('ends the response short where the other source has %s', async (_what, other) => {
    const once: Script = (request, response) =>
      request.headers.range
        ? absent(request, response)
        : serve(CONTENT, ETAG, { cut: 150_000 })(request, response)
    const { body, ended, status } = await getFrom(once, other)
    expect([status, ended]).toEqual([200, 'fin'])
    expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
    expect(body.length).toBeLessThan(400_000)
  })

  it.each([
    ['is busy', busy],
    ['does not have the key', absent],
    ['closes the connection', ((_request, response) => void response.socket?.destroy()) as Script],
  ])('opens at the second source where the first %s', async (_what, script) => {
    const { body, status } = await getFrom(script, serve(CONTENT, ETAG))
    expect([status, body.equals(CONTENT)]).toEqual([200, true])
  })

  it('passes on the 404 where no source has the key, and a 503 after retries where all are busy', async () => {
    const { status, body } = await getFrom(absent, absent)
    expect([status, body.toString()]).toEqual([404, 'not here'])
    const down = await getFrom(busy, busy)
    expect([down.status, down.fields['proxy-status']]).toEqual([
      503,
      'lastbyte;received-status=503',
    ])
  })

  it.each([
    ['first', busy, absent],
    ['last', absent, busy],
  ])(
    'is a 503, not a 404, while the %s source is busy: it may have the key',
    async (_which, one, two) => {
      const { status, again } = await getFrom(one, two)
      expect([status, again.status]).toEqual([503, 503])
    },
  )

  it('tries a source that has just failed last', async () => {
    const { requests } = await getFrom(busy, serve(CONTENT, ETAG))
    expect(requests).toEqual([1, 2])
  })

  it('refuses an empty list of sources', () => {
    expect(() => failover([])).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
  })
})
