import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../src/source/byte-source.js'
import { failover } from '../../src/source/failover.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { SourceOrder } from '../../src/source/source-order.js'
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
const refuses: Script = (_request, response) => void response.writeHead(503).end()
const lost: Script = (_request, response) =>
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

/** What a client gets of two servers that do this. */
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
  const asked = [first, second].map(({ requests }) => requests.length)
  const { heals } = front.app.transfers
  return { ...response, again, asked, heals, pinned: second.requests[0]?.headers }
}

describe('failover', () => {
  it('goes on in the middle with a source of the same version', async () => {
    const dies = serve(CONTENT, ETAG, { cut: 150_000 })
    const { body, pinned, heals, again } = await getFrom(dies, serve(CONTENT, ETAG))
    expect(body.equals(CONTENT)).toBe(true)
    expect(pinned?.range).toBe('bytes=150000-399999')
    expect(heals).toBe(1)
    expect(again.body.equals(CONTENT)).toBe(true)
  })

  it('within a range, and where the first gives nothing any more', async () => {
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
    ['nothing', lost],
  ])('ends short where the other has %s', async (_what, other) => {
    const once: Script = (request, response) =>
      request.headers.range
        ? lost(request, response)
        : serve(CONTENT, ETAG, { cut: 150_000 })(request, response)
    const { body, ended, status } = await getFrom(once, other)
    expect([status, ended]).toEqual([200, 'fin'])
    expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
    expect(body.length).toBeLessThan(400_000)
  })

  it.each([
    ['is busy', refuses],
    ['has it not', lost],
    ['ends at once', ((_request, response) => void response.socket?.destroy()) as Script],
  ])('opens with the second where the first %s', async (_what, script) => {
    const { body, status } = await getFrom(script, serve(CONTENT, ETAG))
    expect([status, body.equals(CONTENT)]).toEqual([200, true])
  })

  it('says what the last said where none has it, and asks again where none can tell', async () => {
    const { status, body } = await getFrom(lost, lost)
    expect([status, body.toString()]).toEqual([404, 'not here'])
    const down = await getFrom(refuses, refuses)
    expect([down.status, down.fields['proxy-status']]).toEqual([
      503,
      'lastbyte;received-status=503',
    ])
  })

  it.each([
    ['first', refuses, lost],
    ['last', lost, refuses],
  ])('calls nothing absent while the %s can not tell', async (_which, one, two) => {
    const { status, again } = await getFrom(one, two)
    expect([status, again.status]).toEqual([503, 503])
  })

  it('does not ask what has just failed before the others', async () => {
    const { asked } = await getFrom(refuses, serve(CONTENT, ETAG))
    expect(asked).toEqual([1, 2])
    const now = { ms: 0 }
    const [a, b] = [{}, {}] as [ByteSource, ByteSource]
    const ranks = new SourceOrder([a, b], 100, () => now.ms)
    ranks.failed(a)
    expect(ranks.inOrder()[0]).toBe(b)
    now.ms = 100
    expect(ranks.inOrder()[0]).toBe(a)
  })

  it('wants sources', () => {
    expect(() => failover([])).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
  })
})
