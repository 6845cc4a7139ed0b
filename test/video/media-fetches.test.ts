import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { MediaFetches } from '../../src/video/media-fetches.js'
import { type MediaPin, pinnedUrl } from '../../src/video/pinned-url.js'
import { PIECE } from '../../src/video/read-pieces.js'
import { pattern } from '../fixture/files.js'
import { inTurn, type Script, ScriptedServer, serve } from '../fixture/scripted-server.js'
import { until } from '../fixture/until.js'
import { FakeWorkerScope } from '../fixture/worker-scope.js'

const CONTENT = pattern(200_000)
const OTHER = pattern(200_000, 1)
const PIN: MediaPin = { etag: '"v1"', size: CONTENT.length, type: 'video/mp4', retryFor: 10_000 }
const V1 = serve(CONTENT, { etag: '"v1"' })
const V2 = serve(OTHER, { etag: '"v2"' })
/** Sends the first 50,000 bytes of what was requested. */
const CUT: Script = (request, response) => {
  const [, first = '0'] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? []
  const start = Number(first)
  response.writeHead(206, {
    etag: '"v1"',
    'content-length': CONTENT.length - start,
    'content-range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`,
  })
  response.write(CONTENT.subarray(start, start + 50_000), () => response.socket?.destroySoon())
}
const answers =
  (status: number, fields: Record<string, string> = {}): Script =>
  (_request, response) =>
    void response.writeHead(status, fields).end()

/** A worker of the same origin as the server. */
async function scene(...scripts: [Script, ...Script[]]) {
  const server = await ScriptedServer.start(inTurn(...scripts))
  const scope = new FakeWorkerScope(server.url)
  new MediaFetches(scope).listen()
  return { server, scope, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const film = ({ url }: { readonly url: string }, pin = PIN) => pinnedUrl(`${url}/film.mp4`, pin)

async function bytesOf(response: Response | undefined): Promise<Buffer> {
  return Buffer.from(await (response as Response).arrayBuffer())
}

/** The bytes until the body breaks off, and whether it did. */
async function readUntilError(response: Response | undefined) {
  const chunks: Uint8Array[] = []
  const reader = (response as Response).body?.getReader()
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done || value === undefined) return { bytes: Buffer.concat(chunks), isBroken: false }
      chunks.push(value)
    }
  } catch {
    return { bytes: Buffer.concat(chunks), isBroken: true }
  }
}

describe('The worker', () => {
  it('responds to a media request with a pin, and pins its own requests by If-Match', async () => {
    await using at = await scene(V1)
    const response = await at.scope.request(film(at.server), { headers: { range: 'bytes=10-' } })
    expect(response?.status).toBe(206)
    expect(response?.headers.get('content-range')).toBe('bytes 10-199999/200000')
    expect(response?.headers.get('content-length')).toBe('199990')
    expect(response?.headers.get('content-type')).toBe('video/mp4')
    expect((await bytesOf(response)).equals(CONTENT.subarray(10))).toBe(true)
    expect(at.server.requests.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      ['bytes=10-', '"v1"'],
    ])
    await until(() => at.scope.kinds.includes('closed'))
    expect(at.scope.kinds).toEqual(['opened', 'closed'])
    expect(at.scope.messages[0]).toMatchObject({
      lastbyte: 1,
      url: film(at.server),
      start: 10,
      end: 200_000,
      size: 200_000,
    })
    expect(at.scope.messages.at(-2)).toMatchObject({ kind: 'received', end: 200_000, attempt: 1 })
  })

  it('leaves the fragment and the pin out of its requests, and the query in', async () => {
    await using at = await scene(V1)
    const url = pinnedUrl(`${at.server.url}/film.mp4?sig=1#t=10`, PIN)
    await bytesOf(await at.scope.request(url))
    expect(at.server.requests[0]?.url).toBe('/film.mp4?sig=1')
  })

  it.each([
    ['without a pin', 'https://host.test/film.mp4', {}],
    ['with a pin that identifies no version', 'https://host.test/film.mp4#lastbyte=10', {}],
    ['with a pin in the query', 'https://host.test/film.mp4?lastbyte=10,%22v1%22', {}],
    ['by HEAD', pinnedUrl('https://host.test/film.mp4', PIN), { method: 'HEAD' }],
    ['by POST', pinnedUrl('https://host.test/film.mp4', PIN), { method: 'POST' }],
  ])('leaves a request %s to the network', (_which, url, init) => {
    const fetch = vi.fn()
    const scope = new FakeWorkerScope('https://host.test', fetch)
    new MediaFetches(scope).listen()
    expect(scope.request(url, init)).toBe(undefined)
    expect(fetch).not.toHaveBeenCalled()
  })

  it('leaves a navigation to the network, as a link may have a pin with a type of its choice', () => {
    const scope = new FakeWorkerScope('https://host.test')
    new MediaFetches(scope).listen()
    const url = pinnedUrl('https://host.test/film.mp4', PIN)
    const request = { url, method: 'GET', mode: 'navigate', headers: new Headers() }
    expect(scope.dispatchFetch(request as unknown as Request)).toBe(undefined)
  })

  it('responds with 416 without a request', async () => {
    await using at = await scene(V1)
    const response = await at.scope.request(film(at.server), {
      headers: { range: 'bytes=200000-' },
    })
    expect(response?.status).toBe(416)
    expect(response?.headers.get('content-range')).toBe('bytes */200000')
    expect(at.server.requests).toHaveLength(0)
  })

  it('continues at the first missing byte after cuts, a 503 and a 429', async () => {
    await using at = await scene(
      CUT,
      answers(503, { 'retry-after': '0' }),
      CUT,
      answers(429, { 'retry-after': '0' }),
      V1,
    )
    const response = await at.scope.request(film(at.server))
    expect((await bytesOf(response)).equals(CONTENT)).toBe(true)
    await until(() => at.scope.kinds.includes('closed'))
    expect(at.server.requests.map(({ headers }) => headers.range)).toEqual([
      'bytes=0-',
      'bytes=50000-',
      'bytes=50000-',
      'bytes=100000-',
      'bytes=100000-',
    ])
    expect(at.scope.messages.filter(({ kind }) => kind === 'resumed')).toMatchObject([
      { offset: 50_000, attempt: 2 },
      { offset: 100_000, attempt: 3 },
    ])
    expect(at.scope.messages.filter(({ kind }) => kind === 'interrupted')).toMatchObject([
      { offset: 50_000, tries: 1 },
      { offset: 50_000, tries: 2 },
      { offset: 100_000, tries: 1 },
      { offset: 100_000, tries: 2 },
    ])
  })

  it.each([
    ['a 412', answers(412, { etag: '"v2"' })],
    ['a 206 of another tag', V2],
    ['a 206 of another size', serve(CONTENT.subarray(1), { etag: '"v1"' })],
    ['a 206 without a tag', serve(CONTENT, {})],
    ['a 206 with the tag as a weak one', serve(CONTENT, { etag: 'W/"v1"' })],
    [
      'a 200 of another tag',
      (({ headers: _headers, ...request }, response) =>
        V2({ ...request, headers: {} } as never, response)) satisfies Script,
    ],
  ])('responds with 412 to %s, and passes on no byte of it', async (_what, script) => {
    await using at = await scene(script)
    const response = await at.scope.request(film(at.server))
    expect(response?.status).toBe(412)
    expect(await bytesOf(response)).toHaveLength(0)
    await until(() => at.scope.kinds.includes('closed'))
    expect(at.scope.kinds).toEqual(['opened', 'changed', 'closed'])
    expect(at.server.requests).toHaveLength(1)
  })

  it('breaks the stream off where the version changes, after the bytes of the pinned one alone', async () => {
    await using at = await scene(CUT, V2)
    const { bytes, isBroken } = await readUntilError(await at.scope.request(film(at.server)))
    expect(isBroken).toBe(true)
    expect(bytes.equals(CONTENT.subarray(0, 50_000))).toBe(true)
    await until(() => at.scope.kinds.includes('closed'))
    expect(at.scope.messages.find(({ kind }) => kind === 'changed')).toMatchObject({
      pinned: '"v1"',
      current: '"v2"',
    })
  })

  it('fails requests that the browser sends by itself after a failure, without asking the server', async () => {
    await using at = await scene(CUT, V2)
    await readUntilError(await at.scope.request(film(at.server)))
    const again = await at.scope.request(film(at.server), { headers: { range: 'bytes=50000-' } })
    expect(again?.status).toBe(412)
    await at.scope.post({ lastbyte: 1, kind: 'ping' })
    expect((await at.scope.request(film(at.server)))?.status).toBe(412)
    expect(at.server.requests).toHaveLength(2)
    await at.scope.post({ lastbyte: 1, kind: 'retry' })
    await at.scope.request(film(at.server))
    expect(at.server.requests).toHaveLength(3)
  })

  it.each([
    [404, answers(404), 404],
    [403, answers(403), 403],
    [206, serve(CONTENT, { etag: '"v1"', 'content-encoding': 'br' }), 502],
    [204, answers(204), 502],
  ])('gives up at once after a %i that no retry changes', async (received, script, status) => {
    await using at = await scene(script)
    const response = await at.scope.request(film(at.server))
    expect(response?.status).toBe(status)
    await until(() => at.scope.kinds.includes('closed'))
    expect(at.scope.messages.find(({ kind }) => kind === 'gave-up')).toMatchObject({
      status: received,
    })
    expect(at.server.requests).toHaveLength(1)
  })

  it('gives up when it has retried for as long as the pin says', async () => {
    const { url } = await urlOfGone(await ScriptedServer.start(V1))
    const scope = new FakeWorkerScope(url)
    new MediaFetches(scope).listen()
    const response = await scope.request(film({ url }, { ...PIN, retryFor: 50 }))
    expect(response?.status).toBe(504)
    await until(() => scope.kinds.includes('closed'))
    expect(scope.messages.find(({ kind }) => kind === 'gave-up')).toMatchObject({
      reason: expect.stringContaining('no progress in 50 ms'),
      status: undefined,
    })
  })

  it('follows a redirect', async () => {
    await using at = await scene(answers(302, { location: '/moved.mp4' }), V1)
    expect((await bytesOf(await at.scope.request(film(at.server)))).equals(CONTENT)).toBe(true)
    expect(at.server.requests.map(({ url }) => url)).toEqual(['/film.mp4', '/moved.mp4'])
  })

  it('ends its request when the browser cancels the stream, as for a seek', async () => {
    const open: ServerResponse[] = []
    await using at = await scene((_request, response) => {
      open.push(response)
      response.writeHead(206, {
        etag: '"v1"',
        'content-range': `bytes 0-${CONTENT.length - 1}/${CONTENT.length}`,
        'content-length': CONTENT.length,
      })
      response.write(CONTENT.subarray(0, 10))
    })
    const response = await at.scope.request(film(at.server))
    const reader = response?.body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(10)
    await reader?.cancel()
    if (!open[0]?.closed) await once(open[0] as ServerResponse, 'close')
    await until(() => at.scope.kinds.includes('closed'))
    expect(at.scope.kinds).toEqual(['opened', 'closed'])
  })

  it('ends its request when the browser cancels before the server responds', async () => {
    const open: ServerResponse[] = []
    await using at = await scene((_request, response) => void open.push(response))
    const seek = new AbortController()
    const response = at.scope.request(film(at.server), { signal: seek.signal })
    await until(() => open.length === 1)
    seek.abort()
    await response
    if (!open[0]?.closed) await once(open[0] as ServerResponse, 'close')
    await until(() => at.scope.kinds.includes('closed'))
    expect(at.scope.kinds).toEqual(['opened', 'closed'])
    // A seek is no failure.
    expect(
      (await at.scope.request(film(at.server), { headers: { range: 'bytes=200000-' } }))?.status,
    ).toBe(416)
  })

  it('requests one piece at a time, and none that a paused player has no use for', async () => {
    const long = pattern(2 * PIECE + 1_000)
    await using at = await scene(serve(long, { etag: '"v1"' }))
    const response = await at.scope.request(film(at.server, { ...PIN, size: long.length }))
    const reader = response?.body?.getReader()
    await reader?.read()
    expect(at.server.requests.map(({ headers }) => headers.range)).toEqual([`bytes=0-${PIECE - 1}`])
    reader?.releaseLock()
    const { bytes } = await readUntilError(response)
    expect(at.server.requests.map(({ headers }) => headers.range)).toEqual([
      `bytes=0-${PIECE - 1}`,
      `bytes=${PIECE}-${2 * PIECE - 1}`,
      `bytes=${2 * PIECE}-`,
    ])
    expect(bytes.subarray(-2_000).equals(long.subarray(-2_000))).toBe(true)
  })

  it('tries again at once when the page or the network says so', async () => {
    const later = answers(503, { 'retry-after': '300' })
    await using at = await scene(later, later, V1)
    const pin = { ...PIN, retryFor: 600_000 }
    const response = at.scope.request(film(at.server, pin))
    await until(() => at.scope.kinds.length === 2)
    at.scope.online()
    await until(() => at.scope.kinds.length === 3)
    await at.scope.post({ lastbyte: 1, kind: 'retry' })
    expect((await bytesOf(await response)).equals(CONTENT)).toBe(true)
  })

  it('claims pages when it is activated, and a page that asks for it', async () => {
    const scope = new FakeWorkerScope('https://host.test')
    new MediaFetches(scope).listen()
    await scope.activate()
    expect(scope.claims).toBe(1)
    const postMessage = vi.fn()
    await scope.post('claim', [{ postMessage }])
    expect(scope.claims).toBe(1)
    await scope.post({ lastbyte: 1, kind: 'claim' }, [{ postMessage }])
    expect(scope.claims).toBe(2)
    expect(postMessage.mock.calls).toEqual([[{ lastbyte: 1, kind: 'here' }]])
  })

  it('serves a page that it can not post to', async () => {
    await using at = await scene(V1)
    const response = await at.scope.request(film(at.server), { client: '' })
    expect((await bytesOf(response)).equals(CONTENT)).toBe(true)
    expect(at.scope.messages).toEqual([])
  })

  it('sends no cookies to another origin unless the element asks for it', async () => {
    const sent = new Map<string, unknown>()
    const scope = new FakeWorkerScope('https://page.test', async (url, init) => {
      sent.set(new URL(String(url)).pathname, init?.credentials)
      return new Response(null, { status: 404 })
    })
    new MediaFetches(scope).listen()
    const url = (name: string) => pinnedUrl(`https://films.test/${name}`, PIN)
    await scope.request(url('1'), { mode: 'no-cors', credentials: 'include' })
    await scope.request(url('2'), { mode: 'cors', credentials: 'include' })
    await scope.request(url('3'), { mode: 'cors', credentials: 'same-origin' })
    await scope.request(pinnedUrl('https://page.test/4', PIN), {
      mode: 'no-cors',
      credentials: 'include',
    })
    expect(Object.fromEntries(sent)).toEqual({
      '/1': 'same-origin',
      '/2': 'include',
      '/3': 'same-origin',
      '/4': 'include',
    })
  })

  it('asks another origin once whether it may pin, and reads its files like those of its own', async () => {
    await using server = await ScriptedServer.start(V1)
    const scope = new FakeWorkerScope('https://page.test')
    new MediaFetches(scope).listen()
    for (const range of ['bytes=0-', 'bytes=100-']) {
      const response = await scope.request(film(server), { headers: { range } })
      const start = Number(range.slice(6, -1))
      expect((await bytesOf(response)).equals(CONTENT.subarray(start))).toBe(true)
    }
    expect(server.requests.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      ['bytes=0-0', '"v1"'],
      ['bytes=0-', '"v1"'],
      ['bytes=100-', '"v1"'],
    ])
  })

  it('leaves a request to the network where another origin hides its version', async () => {
    await using server = await ScriptedServer.start(serve(CONTENT, {}))
    const scope = new FakeWorkerScope('https://page.test')
    new MediaFetches(scope).listen()
    const response = await scope.request(film(server), { headers: { range: 'bytes=100-' } })
    expect(response?.status).toBe(206)
    expect((await bytesOf(response)).equals(CONTENT.subarray(100))).toBe(true)
    expect(server.requests.at(-1)?.headers['if-match']).toBe(undefined)
    expect(scope.messages).toEqual([])
  })
})

/** The URL of a server that is gone by then. */
async function urlOfGone(server: ScriptedServer): Promise<{ readonly url: string }> {
  const { url } = server
  await server[Symbol.asyncDispose]()
  return { url }
}
