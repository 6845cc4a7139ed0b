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

/** Downloads from a server that runs this script at each request. */
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
  const requests = server.requests.map(({ headers }) => headers)
  return { ...outcome, events, why, requests }
}

describe('a download that is cut', () => {
  const cut = { cut: CUT }

  it('resumes with If-Range by a strong ETag', async () => {
    const { bytes, requests } = await get(serve(CONTENT, ETAG, cut))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(requests[1]).toMatchObject({
      range: expect.stringMatching(/^bytes=[1-9]/),
      'if-range': '"v1"',
    })
    expect(requests.every((fields) => fields['accept-encoding'] === 'identity')).toBe(true)
  })

  it('keeps nothing of the old version from a server that ignores If-Range', async () => {
    const other = serve(OTHER, { etag: '"v2"' })
    const { bytes, why } = await get(inTurn(serve(CONTENT, ETAG, cut), other))
    expect(bytes?.equals(OTHER)).toBe(true)
    expect(why.join()).toMatch(/received ETag "v2"/)
  })

  it('resumes with If-Range by a Last-Modified that is a minute older than Date', async () => {
    const lastModified = new Date(Date.now() - 120_000).toUTCString()
    const { bytes, requests } = await get(serve(CONTENT, { 'last-modified': lastModified }, cut))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(requests[1]).toMatchObject({ range: expect.anything(), 'if-range': lastModified })
  })

  it.each<[string, Record<string, string>]>([
    ['a recent date', { 'last-modified': new Date().toUTCString() }],
    ['a weak ETag', { etag: 'W/"v1"' }],
    ['no validator', {}],
  ])('with %s starts anew at byte 0, and reports the reason', async (_what, fields) => {
    const script = inTurn(serve(CONTENT, fields, cut), serve(OTHER, fields))
    const { bytes, requests, why } = await get(script)
    expect(bytes?.equals(OTHER)).toBe(true)
    expect(requests[1]?.range).toBeUndefined()
    expect(why.join()).toMatch(/no strong validator identifies the version/)
  })

  it('resumes by a weak ETag with allowWeak', async () => {
    const fields = { etag: 'W/"v1"' }
    const { bytes, requests } = await get(serve(CONTENT, fields, cut), { allowWeak: true })
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(requests[1]?.range).toMatch(/^bytes=[1-9]/)
  })

  it('as a stream without a validator ends with NOT_RESUMABLE', async () => {
    await using server = await ScriptedServer.start(serve(CONTENT, {}, cut))
    const { body } = await resumableStream(`${server.url}/f`)
    const reading = (async () => {
      for await (const _chunk of body as unknown as AsyncIterable<Uint8Array>);
    })()
    await expect(reading).rejects.toMatchObject({ code: 'NOT_RESUMABLE' })
    expect(server.requests).toHaveLength(1)
  })

  it('as a stream with a strong ETag resumes with If-Match', async () => {
    await using server = await ScriptedServer.start(serve(CONTENT, ETAG, cut))
    const { body } = await resumableStream(`${server.url}/f`)
    const bytes = Buffer.from(await new Response(body).arrayBuffer())
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(server.requests[1]?.headers).toMatchObject({ 'if-match': '"v1"' })
  })
})

describe('a 416 to a download that has all bytes', () => {
  const chunked: Script = (_request, response) => {
    response.writeHead(200, ETAG)
    response.write(CONTENT, () => response.socket?.destroySoon())
  }

  it('completes it if the last byte has the same ETag', async () => {
    const { bytes, requests } = await get(inTurn(chunked, serve(CONTENT, ETAG)))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(requests.map(({ range }) => range)).toContain(`bytes=${CONTENT.length - 1}-`)
  })

  it('makes it start anew if the last byte is of another version of the same size', async () => {
    const { bytes } = await get(inTurn(chunked, serve(OTHER, { etag: '"v2"' })))
    expect(bytes?.equals(OTHER)).toBe(true)
  })
})

describe('a status of the server', () => {
  it.each([401, 403, 404, 410])('%i ends a download at once', async (status) => {
    const { error, requests } = await get((_request, response) => response.writeHead(status).end())
    expect(error).toMatchObject({ code: 'REFUSED', facts: { status } })
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['seconds', 429, () => '1'],
    ['a date', 503, () => new Date(Date.now() + 2000).toUTCString()],
  ])('with Retry-After as %s is waited for (%i)', async (_what, status, after) => {
    const busy: Script = (_request, response) =>
      response.writeHead(status, { 'retry-after': after() }).end()
    const { bytes, events } = await get(inTurn(busy, serve(CONTENT, ETAG)))
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect((events[0] as { wait: number }).wait).toBeGreaterThanOrEqual(900)
  })

  it('with a Retry-After beyond retryFor ends a download at once', async () => {
    const busy: Script = (_request, response) =>
      response.writeHead(503, { 'retry-after': '3600' }).end()
    const { error, requests } = await get(busy)
    expect(error).toMatchObject({ code: 'GAVE_UP' })
    expect(requests).toHaveLength(1)
  })
})

describe('the connections of a download', () => {
  const big = pattern(16_000_000)
  const portsOf = async (script: Script, connections: number) => {
    await using server = await ScriptedServer.start(script)
    using out = new Folder()
    const to = out.at('f')
    // Slow enough that no connection has finished before all have started.
    await download(`${server.url}/f`, { to, connections, limitRate: 16_000_000 })
    expect(readFileSync(to).equals(big)).toBe(true)
    const bodies = server.requests.filter(({ headers }) => headers.range !== 'bytes=0-0')
    return new Set(bodies.map(({ socket }) => socket)).size
  }

  it('are as many as the option says, if the server has ranges', async () => {
    expect(await portsOf(serve(big, ETAG), 4)).toBeGreaterThanOrEqual(4)
    expect(await portsOf(serve(big, ETAG), 1)).toBe(1)
  })

  it('are one, if the server has no ranges', async () => {
    const whole: Script = (_request, response) =>
      response.writeHead(200, { ...ETAG, 'content-length': big.length }).end(big)
    expect(await portsOf(whole, 4)).toBe(1)
  })
})

describe('a redirect of a download', () => {
  const redirect = (to: string): Script => {
    return (_request, response) => response.writeHead(302, { location: to }).end()
  }

  it('to another origin gets no credentials, and its validators pin the download', async () => {
    await using far = await ScriptedServer.start(serve(CONTENT, ETAG, { cut: CUT }))
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: 'a/b' }
    const { bytes, requests } = await get(redirect(`${far.url}/elsewhere`), { headers })
    expect(bytes?.equals(CONTENT)).toBe(true)
    expect(requests[0]).toMatchObject(headers)
    expect(far.requests.length).toBeGreaterThan(1)
    expect(far.requests[1]?.headers['if-range']).toBe('"v1"')
    for (const { headers: fields } of far.requests) {
      expect(fields.accept).toBe('a/b')
      for (const name of ['authorization', 'cookie', 'x-api-key']) {
        expect(fields[name], name).toBeUndefined()
      }
    }
  })

  it('within the origin gets all fields', async () => {
    const script: Script = (request, response) =>
      (request.url === '/f' ? redirect('/g') : serve(CONTENT, ETAG))(request, response)
    const { requests } = await get(script, { headers: { 'x-api-key': 'k' } })
    expect(requests.map((fields) => fields['x-api-key'])).toEqual(requests.map(() => 'k'))
  })

  it('to a signed URL that expires is requested again from the first URL', async () => {
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
    ['loop', '/f', /10 redirects/],
    ['to a file: URL', 'file:///etc/passwd', /a redirect to file:/],
  ])('(%s) is REFUSED', async (_what, to, message) => {
    const { error } = await get(redirect(to))
    expect(error).toMatchObject({ code: 'REFUSED', message: expect.stringMatching(message) })
  })
})

describe('the part file of a download', () => {
  it('is deleted where no later run can resume it', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, ETAG)
      response.write(CONTENT, () => response.socket?.destroySoon())
    })
    using out = new Folder()
    const getting = download(`${server.url}/f`, { to: out.at('f'), retryFor: 100 })
    await expect(getting).rejects.toMatchObject({ code: 'GAVE_UP' })
    expect(readdirSync(out.path)).toEqual([])
  })

  it('with a weak validator is not resumed without allowWeak', async () => {
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

  it('has no user name and no password of the URL in its sidecar', async () => {
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
