import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type ClientEvent,
  type DownloadOptions,
  download,
  resumableStream,
} from '../../src/client/index.js'
import { Folder, pattern } from '../fixture/files.js'
import { inTurn, type Script, ScriptedServer, serve } from '../fixture/scripted-server.js'

const CONTENT = pattern(400_000)
const OTHER = pattern(400_000, 1)
const CUT = 150_000
const ETAG = { etag: '"v1"' }

/** Downloads from a server that does this at each request. */
async function get(script: Script, options: Partial<DownloadOptions> = {}) {
  await using server = await ScriptedServer.start(script)
  using out = new Folder()
  const events: ClientEvent[] = []
  const onEvent = (event: ClientEvent) => void events.push(event)
  const to = out.at('f')
  const outcome = await download(`${server.url}/f`, {
    to,
    retryFor: 3000,
    onEvent,
    ...options,
  }).then(
    () => ({ bytes: readFileSync(to), error: undefined }),
    (error: unknown) => ({ bytes: undefined, error }),
  )
  const why = events.map((event) => (event.type === 'restart' ? event.why : event.error.message))
  const asked = server.requests.map(({ headers }) => headers)
  return { ...outcome, events, why, asked }
}

describe('what tells one version from the next', () => {
  const cut = { cut: CUT }

  it('a strong ETag: asked for with If-Range', async () => {
    const { bytes, asked } = await get(serve(CONTENT, ETAG, cut))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(asked[1]).toMatchObject({
      range: expect.stringMatching(/^bytes=[1-9]/),
      'if-range': '"v1"',
    })
    expect(asked.every((fields) => fields['accept-encoding'] === 'identity')).toBe(true)
  })

  it('a server that ignores If-Range is seen through: nothing of the old version is kept', async () => {
    const other = serve(OTHER, { etag: '"v2"' })
    const { bytes, why } = await get(inTurn(serve(CONTENT, ETAG, cut), other))
    expect(bytes?.equals(OTHER)).toBe(true)
    expect(why.join()).toMatch(/received ETag "v2"/)
  })

  it('a date that is a minute old: asked for with If-Range', async () => {
    const lastModified = new Date(Date.now() - 120_000).toUTCString()
    const { bytes, asked } = await get(serve(CONTENT, { 'last-modified': lastModified }, cut))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(asked[1]).toMatchObject({ range: expect.anything(), 'if-range': lastModified })
  })

  it.each<[string, Record<string, string>]>([
    ['a young date', { 'last-modified': new Date().toUTCString() }],
    ['a weak ETag', { etag: 'W/"v1"' }],
    ['nothing', {}],
  ])('%s: from zero, with the reason', async (_what, fields) => {
    const script = inTurn(serve(CONTENT, fields, cut), serve(OTHER, fields))
    const { bytes, asked, why } = await get(script)
    expect(bytes?.equals(OTHER)).toBe(true)
    expect(asked[1]?.range).toBeUndefined()
    expect(why.join()).toMatch(/no strong validator identifies the version/)
  })

  it("a weak ETag is gone on with by the person's own choice", async () => {
    const fields = { etag: 'W/"v1"' }
    const { bytes, asked } = await get(serve(CONTENT, fields, cut), { allowWeak: true })
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(asked[1]?.range).toMatch(/^bytes=[1-9]/)
  })

  it('a stream without one ends with an error, and never splices', async () => {
    await using server = await ScriptedServer.start(serve(CONTENT, {}, cut))
    const { body } = await resumableStream(`${server.url}/f`)
    const reading = (async () => {
      for await (const _chunk of body as unknown as AsyncIterable<Uint8Array>);
    })()
    await expect(reading).rejects.toMatchObject({ code: 'NOT_RESUMABLE' })
    expect(server.requests).toHaveLength(1)
  })

  it('a stream with one asks with If-Match', async () => {
    await using server = await ScriptedServer.start(serve(CONTENT, ETAG, cut))
    const { body } = await resumableStream(`${server.url}/f`)
    const bytes = Buffer.from(await new Response(body).arrayBuffer())
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(server.requests[1]?.headers).toMatchObject({ 'if-match': '"v1"' })
  })
})

describe('416 to one who holds all', () => {
  const chunked: Script = (_request, response) => {
    response.writeHead(200, ETAG)
    response.write(CONTENT, () => response.socket?.destroySoon())
  }

  it('is the end if the last byte has the same ETag', async () => {
    const { bytes, asked } = await get(inTurn(chunked, serve(CONTENT, ETAG)))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(asked.map(({ range }) => range)).toContain(`bytes=${CONTENT.length - 1}-`)
  })

  it('is not if that is of another version of the same size', async () => {
    const { bytes } = await get(inTurn(chunked, serve(OTHER, { etag: '"v2"' })))
    expect(bytes?.equals(OTHER)).toBe(true)
  })
})

describe('what is refused, and what is waited for', () => {
  it.each([401, 403, 404, 410])('%i ends at once', async (status) => {
    const { error, asked } = await get((_request, response) => response.writeHead(status).end())
    expect(error).toMatchObject({ code: 'REFUSED', facts: { status } })
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['seconds', 429, () => '1'],
    ['a date', 503, () => new Date(Date.now() + 2000).toUTCString()],
  ])('Retry-After as %s, with %i', async (_what, status, after) => {
    const busy: Script = (_request, response) =>
      response.writeHead(status, { 'retry-after': after() }).end()
    const { bytes, events } = await get(inTurn(busy, serve(CONTENT, ETAG)))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect((events[0] as { wait: number }).wait).toBeGreaterThanOrEqual(900)
  })

  it('Retry-After beyond the patience ends at once', async () => {
    const busy: Script = (_request, response) =>
      response.writeHead(503, { 'retry-after': '3600' }).end()
    const { error, asked } = await get(busy)
    expect(error).toMatchObject({ code: 'GAVE_UP' })
    expect(asked).toHaveLength(1)
  })

  it('a coded body is not what was asked for', async () => {
    const { error } = await get(serve(CONTENT, { ...ETAG, 'content-encoding': 'gzip' }))
    expect(error).toMatchObject({ code: 'REFUSED' })
    expect((error as Error).message).toMatch(/Content-Encoding gzip/)
  })
})

describe('connections', () => {
  const big = pattern(16_000_000)
  const portsOf = async (script: Script, connections: number) => {
    await using server = await ScriptedServer.start(script)
    using out = new Folder()
    const to = out.at('f')
    // Slow enough that no connection is done before all have begun.
    await download(`${server.url}/f`, { to, connections, limitRate: 16_000_000 })
    expect(readFileSync(to).equals(big)).toBe(true)
    const bodies = server.requests.filter(({ headers }) => headers.range !== 'bytes=0-0')
    return new Set(bodies.map(({ socket }) => socket)).size
  }

  it('are as many as were asked for, where the server has ranges', async () => {
    expect(await portsOf(serve(big, ETAG), 4)).toBeGreaterThanOrEqual(4)
    expect(await portsOf(serve(big, ETAG), 1)).toBe(1)
  })

  it('one, where it has none', async () => {
    const whole: Script = (_request, response) =>
      response.writeHead(200, { ...ETAG, 'content-length': big.length }).end(big)
    expect(await portsOf(whole, 4)).toBe(1)
  })
})

describe('redirects', () => {
  const redirect = (to: string): Script => {
    return (_request, response) => response.writeHead(302, { location: to }).end()
  }

  it("the final URL's validators count; credentials stay with their origin", async () => {
    await using far = await ScriptedServer.start(serve(CONTENT, ETAG, { cut: CUT }))
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: 'a/b' }
    const { bytes, asked } = await get(redirect(`${far.url}/elsewhere`), { headers })
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(asked[0]).toMatchObject(headers)
    expect(far.requests.length).toBeGreaterThan(1)
    expect(far.requests[1]?.headers['if-range']).toBe('"v1"')
    for (const { headers: fields } of far.requests) {
      expect(fields.accept).toBe('a/b')
      for (const name of ['authorization', 'cookie', 'x-api-key']) {
        expect(fields[name], name).toBeUndefined()
      }
    }
  })

  it('within an origin they go along', async () => {
    const script: Script = (request, response) =>
      (request.url === '/f' ? redirect('/g') : serve(CONTENT, ETAG))(request, response)
    const { asked } = await get(script, { headers: { 'x-api-key': 'k' } })
    expect(asked.map((fields) => fields['x-api-key'])).toEqual(asked.map(() => 'k'))
  })

  it('a signed URL that expires is asked for again where it came from', async () => {
    let signed = 0
    const script: Script = (request, response) => {
      if (request.url === '/f') {
        signed += 1
        return redirect(`/signed?${signed}`)(request, response)
      }
      if (request.url !== `/signed?${signed}`) return void response.writeHead(403).end()
      serve(CONTENT, ETAG, { cut: CUT })(request, response)
    }
    const { bytes } = await get(script)
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(signed).toBeGreaterThan(1)
  })

  it.each([
    ['in a circle', '/f', /10 redirects/],
    ['to what is no HTTP', 'file:///etc/passwd', /a redirect to file:/],
  ])('%s: refused', async (_what, to, message) => {
    const { error } = await get(redirect(to))
    expect(error).toMatchObject({ code: 'REFUSED', message: expect.stringMatching(message) })
  })
})

describe('what is held', () => {
  it('is not left where nothing could go on with it', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, ETAG)
      response.write(CONTENT, () => response.socket?.destroySoon())
    })
    using out = new Folder()
    const getting = download(`${server.url}/f`, { to: out.at('f'), retryFor: 100 })
    await expect(getting).rejects.toMatchObject({ code: 'GAVE_UP' })
    expect(readdirSync(out.path)).toEqual([])
  })

  it('is not gone on with by a weak validator, once that is no longer wanted', async () => {
    await using server = await ScriptedServer.start(
      inTurn(serve(CONTENT, { etag: 'W/"v1"' }, { cut: CUT }), (_request, response) =>
        response.writeHead(410).end(),
      ),
    )
    using out = new Folder()
    const to = out.at('f')
    const weak = download(`${server.url}/f`, { to, allowWeak: true })
    await expect(weak).rejects.toMatchObject({ code: 'REFUSED' })
    expect(JSON.parse(readFileSync(`${to}.part.json`, 'utf8')).validator.kind).toBe('weak')
    await using other = await ScriptedServer.start(serve(OTHER, { etag: 'W/"v1"' }))
    const sidecar = readFileSync(`${to}.part.json`, 'utf8').replace(server.url, other.url)
    writeFileSync(`${to}.part.json`, sidecar)
    await download(`${other.url}/f`, { to })
    expect(readFileSync(to).equals(OTHER)).toBe(true)
    expect(other.requests[0]?.headers.range).toBeUndefined()
  })

  it('notes no name and no password, and nobody else may read it', async () => {
    await using server = await ScriptedServer.start(
      inTurn(serve(CONTENT, ETAG, { cut: CUT }), (_request, response) =>
        response.writeHead(410).end(),
      ),
    )
    using out = new Folder()
    const to = out.at('f')
    const url = server.url.replace('//', '//me:secret@')
    await expect(download(`${url}/f`, { to })).rejects.toMatchObject({ code: 'REFUSED' })
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:secret')}`)
    expect(readFileSync(`${to}.part.json`, 'utf8')).not.toMatch(/secret/)
  })
})
