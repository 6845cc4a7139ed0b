import { EventEmitter, once } from 'node:events'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { applicationWith } from '../../fixture/application.js'
import { Folder, pattern } from '../../fixture/files.js'
import { inTurn, type Script, ScriptedServer } from '../../fixture/scripted-server.js'
import { readZip } from '../../fixture/zip-reader.js'

const folder = new Folder({
  'films/a ä%2f.mp4': pattern(300_000, 1),
  'films/more/b.txt': 'b'.repeat(5_000),
  'films/.hidden': 'x',
  'films/index.html': '<p>films',
  'other.txt': 'o',
})
afterAll(() => folder[Symbol.dispose]())

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
const signal = new AbortController().signal
const responds =
  (status: number, type: string, body = ''): Script =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': type }).end(body)

function* repeat(chunk: Uint8Array): Generator<Uint8Array> {
  for (;;) yield chunk
}

const LIST = { format: 'json', jsonFormat: 'extended' } as const

describe('The archive of a folder of another server', () => {
  it.each(['names', 'extended'] as const)(
    'has what its listing of %s has, and resumes',
    async (jsonFormat) => {
      // An index would take the place of the listing.
      const options = { root: folder.path, index: false as const, list: { ...LIST, jsonFormat } }
      await using origin = await applicationWith(options)
      const source = upstreamSource({ origin: origin.url, listing: 'json' })
      await using front = await applicationWith({ source, zip: true })
      const url = `${front.url}/films/?zip`
      const whole = await fetch(url)
      const etag = whole.headers.get('etag') ?? ''
      const bytes = await bytesOf(whole)
      expect(whole.headers.get('content-length')).toBe(String(bytes.length))
      expect(readZip(bytes).map(({ name }) => name)).toEqual([
        'a ä%2f.mp4',
        'index.html',
        'more/b.txt',
      ])
      const rest = await fetch(url, { headers: { range: 'bytes=200000-', 'if-range': etag } })
      expect(rest.status).toBe(206)
      expect((await bytesOf(rest)).equals(bytes.subarray(200_000))).toBe(true)
      const some = await fetch(`${front.url}/?zip&path=films/more&path=other.txt`)
      const names = readZip(await bytesOf(some)).map(({ name }) => name)
      expect(names).toEqual(['films/more/b.txt', 'other.txt'])
      for (const path of ['/none/?zip', '/?zip&path=none', '/?zip&path=films/none/'])
        expect((await fetch(front.url + path)).status).toBe(404)
    },
  )

  it('is an error where a folder in it has a page instead of a listing', async () => {
    await using origin = await applicationWith({ root: folder.path, list: LIST })
    const source = upstreamSource({ origin: origin.url, listing: 'json' })
    await using front = await applicationWith({ source, zip: true })
    const response = await fetch(`${front.url}/?zip`)
    expect(response.status).toBe(502)
    await response.body?.cancel()
  })
})

describe('A listing of another server', () => {
  it.each<[string, Script]>([
    ['a page', responds(200, 'text/html', '[]')],
    ['no type', (_request, response) => void response.end('[]')],
    ['JSON of another form', responds(200, 'application/json', '{"files":1}')],
    ['text that is cut', responds(200, 'application/json; charset=utf-8', '[{"name":')],
    ['404', responds(404, 'application/json', '[]')],
    [
      'a redirect to elsewhere',
      (_request, response) => {
        response.writeHead(302, { location: 'http://elsewhere.example/' }).end('[]')
      },
    ],
  ])('that is %s is refused at once, and never empty', async (_what, script) => {
    await using origin = await ScriptedServer.start(script)
    const source = upstreamSource({ origin: origin.url, listing: 'json' })
    const refused = expect.objectContaining({ code: 'REFUSED' })
    await expect(source.list?.('films/', signal)).rejects.toEqual(refused)
    expect(origin.requests).toHaveLength(1)
    await source.close?.()
  })

  it('is requested again after 503 and after a connection that is cut', async () => {
    const cut: Script = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
      response.write('[{"name":', () => response.destroy())
    }
    const listing = JSON.stringify([{ name: 'a', type: 'file', size: 1 }])
    const script = inTurn(
      responds(503, 'text/plain'),
      cut,
      responds(200, 'application/json', listing),
    )
    await using origin = await ScriptedServer.start(script)
    const fields = { authorization: 'Bearer t' }
    const source = upstreamSource({ origin: `${origin.url}/base`, listing: 'json', fields })
    const entries = await source.list?.('films', signal, (name) => name === 'a')
    expect(entries?.map(({ name }) => name)).toEqual(['a'])
    expect(
      origin.requests.map(({ url, headers }) => [url, headers.accept, headers.authorization]),
    ).toEqual(Array.from({ length: 3 }, () => ['/base/films/', 'application/json', 'Bearer t']))
    await source.close?.()
  })

  it('is refused where it has no end, and its connection is closed', async () => {
    const closed = new EventEmitter()
    const endless: Script = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.on('close', () => closed.emit('closed'))
      Readable.from(repeat(Buffer.alloc(1024 * 1024, ' '))).pipe(response)
    }
    await using origin = await ScriptedServer.start(endless)
    const source = upstreamSource({ origin: origin.url, listing: 'json' })
    const ended = once(closed, 'closed')
    await expect(source.list?.('films/', signal)).rejects.toThrow(
      /received more than 67108864 bytes$/,
    )
    await ended
    await source.close?.()
  })

  it('is requested no longer when the caller leaves', async () => {
    await using origin = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('[')
    })
    const source = upstreamSource({ origin: origin.url, listing: 'json' })
    const caller = new AbortController()
    const listed = source.list?.('films/', caller.signal)
    const left = new Error('left')
    setImmediate(() => caller.abort(left))
    await expect(listed).rejects.toBe(left)
    await source.close?.()
  })

  it('is not requested without the option', () => {
    expect(upstreamSource({ origin: 'http://o.example' }).list).toBeUndefined()
  })

  it('above the path of the origin is refused', async () => {
    const source = upstreamSource({ origin: 'http://o.example/base', listing: 'json' })
    await expect(source.list?.('../x/', signal)).rejects.toThrow(/above/)
  })
})
