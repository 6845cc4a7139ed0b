import { describe, expect, it } from 'vitest'
import type { OpenRequest } from '../../../src/source/byte-source.js'
import { openUpstream } from '../../../src/source/upstream/open-upstream.js'
import { UpstreamClient } from '../../../src/source/upstream/upstream-client.js'
import {
  settleUpstream,
  type UpstreamOptions,
} from '../../../src/source/upstream/upstream-options.js'
import { textAndError } from '../../fixture/bodies.js'
import { pattern } from '../../fixture/files.js'
import { inTurn, type Script, ScriptedServer, serve } from '../../fixture/scripted-server.js'

const { signal } = new AbortController()
const CONTENT = pattern(1000)
const whole = serve(CONTENT, { etag: '"v1"' })
const GET: OpenRequest = { method: 'GET' }

const respond =
  (status: number, fields: Record<string, string> = {}, body = ''): Script =>
  (_request, response) =>
    void response.writeHead(status, { 'content-length': body.length, ...fields }).end(body)

/** Opens `d/f.txt` once at a server that runs this script, and passes the result on while it runs. */
async function open<T>(
  script: Script,
  request: OpenRequest,
  use: (opened: Awaited<ReturnType<typeof openUpstream>>, server: ScriptedServer) => T | Promise<T>,
  options: Partial<UpstreamOptions> = {},
): Promise<T> {
  await using server = await ScriptedServer.start(script)
  const upstream = new UpstreamClient(settleUpstream({ origin: server.url, ...options }))
  try {
    const destination = upstream.locate('/d/f.txt', '')
    const opening = { upstream, destination, key: 'd/f.txt', request }
    return await use(await openUpstream(opening, signal), server)
  } finally {
    upstream.close()
  }
}

/** The facts of what was opened, and the requests that it took. */
const factsOf = (script: Script, request: OpenRequest, options?: Partial<UpstreamOptions>) =>
  open(
    script,
    request,
    async (opened, { requests }) => {
      if (opened.kind !== 'representation') throw new Error(opened.kind)
      await opened.representation.close()
      const sent = requests.map(({ method, headers }) => [method, headers.range])
      return { facts: opened.representation.facts, sent }
    },
    options,
  )

describe('openUpstream', () => {
  it('takes the facts of a representation from the response', async () => {
    const fields = {
      etag: '"v1"',
      'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
      'content-type': 'text/x-own',
      'cache-control': 'max-age=1',
    }
    const request = { ...GET, query: '?v=1' }
    const { facts } = await factsOf(serve(CONTENT, fields), request)
    expect(facts).toMatchObject({
      name: 'f.txt',
      contentType: 'text/x-own',
      size: 1000,
      etag: '"v1"',
      lastModified: Date.UTC(1994, 10, 6, 8, 49, 37),
      ranges: 'bytes',
      given: undefined,
      query: '?v=1',
      fields: { 'cache-control': 'max-age=1', via: '1.1 lastbyte' },
    })
    expect(facts.fields).not.toHaveProperty('etag')
  })

  it('has the type of the key where the origin sends none, and no weak tag as a strong one', async () => {
    const { facts } = await factsOf(serve(CONTENT, { etag: 'W/"v1"' }), GET)
    expect([facts.contentType, facts.etag]).toEqual([
      expect.stringContaining('text/plain'),
      undefined,
    ])
    expect(facts.fields).toMatchObject({ etag: 'W/"v1"' })
  })

  it.each<[string, OpenRequest, Script, [string, string | undefined][]]>([
    ['GET for a GET', GET, whole, [['GET', undefined]]],
    ['the range of a GET', { ...GET, range: 'bytes=5-9' }, whole, [['GET', 'bytes=5-9']]],
    [
      'the first of several ranges',
      { ...GET, range: 'bytes=5-9,20-29' },
      whole,
      [['GET', 'bytes=5-9']],
    ],
    [
      'the whole after the first of several ranges, where its response has no strong tag',
      { ...GET, range: 'bytes=5-9,20-29' },
      serve(CONTENT, {}),
      [
        ['GET', 'bytes=5-9'],
        ['GET', undefined],
      ],
    ],
    ['HEAD for a HEAD', { method: 'HEAD' }, whole, [['HEAD', undefined]]],
    [
      'GET of one byte for a HEAD that is refused',
      { method: 'HEAD' },
      inTurn(respond(403), whole),
      [
        ['HEAD', undefined],
        ['GET', 'bytes=0-0'],
      ],
    ],
    [
      'GET of the whole for a HEAD that is refused, of an empty representation',
      { method: 'HEAD' },
      inTurn(respond(405), respond(416), respond(200)),
      [
        ['HEAD', undefined],
        ['GET', 'bytes=0-0'],
        ['GET', undefined],
      ],
    ],
  ])('sends %s', async (_what, request, script, sent) => {
    expect((await factsOf(script, request)).sent).toEqual(sent)
  })

  it.each<[string, OpenRequest, Script, string, string | undefined]>([
    ['a 206', { ...GET, range: 'bytes=5-9' }, whole, 'bytes', undefined],
    [
      'a 200 to a range',
      { ...GET, range: 'bytes=5-9' },
      respond(200, { etag: '"a"' }),
      'none',
      'whole',
    ],
    [
      'a 200 to a range with If-Range',
      { ...GET, range: 'bytes=5-9', fields: { 'if-range': '"b"' } },
      respond(200, { etag: '"a"' }),
      'untold',
      'whole',
    ],
    ['Accept-Ranges: none', GET, respond(200, { 'accept-ranges': 'none' }), 'none', undefined],
    ['no Accept-Ranges', GET, respond(200), 'untold', undefined],
  ])(
    'tells what the origin does with ranges, by %s',
    async (_what, request, script, ranges, given) => {
      expect((await factsOf(script, request)).facts).toMatchObject({ ranges, given })
    },
  )

  it.each<[string, Script, object]>([
    ['404', respond(404, {}, 'no'), { kind: 'absent', answer: { status: 404, length: 2 } }],
    ['403', respond(403), { kind: 'answered', answer: { status: 403 } }],
    ['304', (_request, response) => void response.writeHead(304).end(), { kind: 'answered' }],
    ['503', respond(503, { 'retry-after': '7' }), { kind: 'later', after: 7000 }],
    [
      'a redirect that adds a slash',
      respond(301, { location: '/d/f.txt/' }),
      { kind: 'directory' },
    ],
    ['another redirect', respond(302, { location: 'http://192.0.2.1/' }), { kind: 'answered' }],
  ])('of %s', async (_what, script, result) => {
    await open(script, GET, async (opened) => {
      expect(opened).toMatchObject(result)
      if ('answer' in opened) await opened.answer?.close()
    })
  })

  it.each(['/d/f.txt/', '/g', '/d/f.txt', '?q'])(
    'of a redirect of a site to %s is the redirect',
    async (location) => {
      await using server = await ScriptedServer.start(respond(302, { location }))
      const upstream = new UpstreamClient(settleUpstream({ origin: server.url }, 'site'))
      const destination = upstream.locate('/d/f.txt', '')
      const opening = { upstream, destination, key: 'd/f.txt', request: GET }
      expect(await openUpstream(opening, signal)).toMatchObject({
        kind: 'answered',
        answer: { status: 302, fields: { location } },
      })
      upstream.close()
    },
  )

  it('throws SOURCE_FAILED for a response that contradicts the request', async () => {
    const script = respond(206, { 'content-range': 'bytes 0-4/5' }, '12345')
    await expect(open(script, GET, () => {})).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      facts: { proxyError: 'http_protocol_error' },
    })
  })

  it('throws where the body breaks off before its first byte, so that the opening is retried', async () => {
    const script: Script = (_request, response) => {
      response.writeHead(200, { 'content-length': 5 }).flushHeaders()
      response.socket?.destroySoon()
    }
    await expect(open(script, GET, () => {})).rejects.toThrow()
  })

  it('requests the rest of a version with If-Match, without preconditions of the client', async () => {
    const fields = { 'if-none-match': '"x"', accept: 'a/b', 'user-agent': 'u' }
    const request = { ...GET, range: 'bytes=0-9', fields }
    const options = { forward: 'all' } as const
    const sent = await open(
      whole,
      request,
      async (opened, { requests }) => {
        if (opened.kind !== 'representation') throw new Error(opened.kind)
        const { text } = await textAndError(
          opened.representation.read({ start: 990, end: 1000 }, signal),
        )
        expect(text).toBe(CONTENT.subarray(990).toString())
        return requests[1]?.headers
      },
      options,
    )
    expect(sent).toMatchObject({ range: 'bytes=990-999', 'if-match': '"v1"', 'user-agent': 'u' })
    for (const name of ['if-none-match', 'accept']) expect(sent).not.toHaveProperty(name)
  })
})
