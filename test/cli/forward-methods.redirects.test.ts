import { describe, expect, it } from 'vitest'
import { forwardMethods } from '../../src/cli/forward-methods.js'
import { UpstreamClient } from '../../src/source/upstream/upstream-client.js'
import { settleUpstream, type UpstreamOptions } from '../../src/source/upstream/upstream-options.js'
import { sourceFrom } from '../../src/source/upstream/upstream-source.js'
import { serverWith } from '../fixture/application.js'
import { pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { type Script, ScriptedServer, serve } from '../fixture/scripted-server.js'

/** A proxy of the command for the path `base` of an origin that answers as a script says. */
async function stage(script: Script, base = '', options: Partial<UpstreamOptions> = {}) {
  const origin = await ScriptedServer.start(script)
  const settings = settleUpstream(
    { origin: origin.url + base, forward: 'all', openFor: 0, ...options },
    'site',
  )
  const upstream = new UpstreamClient(settings)
  const limits = { stallTimeout: 60_000, shutdownGrace: 0 }
  const front = await serverWith(
    { source: sourceFrom(upstream) },
    { passOthers: (app) => forwardMethods(app, upstream, limits) },
  )
  return {
    origin,
    async request(path: string, method = 'GET', fields: Record<string, string> = {}) {
      using client = new RawClient(front.port)
      client.request(path, { connection: 'close', ...fields }, method)
      return await client.closed()
    },
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]()
      await origin[Symbol.asyncDispose]()
    },
  }
}

/** The UTF-8 of a text as node:http sends it: each character a byte. */
const utf8 = (text: string) => Buffer.from(text).toString('latin1')

/** How servers redirect a path to the same path with a slash at its end. */
const HABITS: [string, (path: string) => string][] = [
  ['repeats the path', (path) => path],
  ['decodes the path', decodeURIComponent],
  ['decodes the path twice', (path) => decodeURIComponent(decodeURIComponent(path))],
  ['sends the decoded path in UTF-8', (path) => utf8(decodeURIComponent(path))],
  ['adds its port', (path) => `${utf8(decodeURIComponent(path))}:80`],
  ['removes parameters', (path) => decodeURIComponent(path).replace(/;.*/, '')],
  ['resolves dot segments', (path) => new URL(`http://origin${path}`).pathname],
  ['adds a slash before the path', (path) => `/${path}`],
]

/** Paths which name a host that a client takes for one if it is sent back unchanged or decoded. */
const PATHS = [
  '//evil.example',
  '///evil.example',
  '//evil.example:80',
  '//me@evil.example',
  '/\\evil.example',
  '/%5cevil.example',
  '/%5Cevil.example',
  '/%2fevil.example',
  '/%252fevil.example',
  '/%2F%2Fevil.example',
  '/%5c%2fevil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  '/evil.example',
  '/evil.example/..//x',
  '/evil.example//../x',
  '//evil.example%3fx',
  '//evil.example?x=1',
  '//evil.example;x',
  '//ev%09il.example',
  '//%C3%A9vil.example',
  '//evil%C2%B7example',
  '/%5c%c3%a9vil.example:80',
  '/%252f%25C3%25A9vil.example',
]

describe.each(['GET', 'HEAD', 'POST', 'DELETE'])(
  'a redirect to %s that the proxy passes on',
  (method) => {
    it.each(HABITS)('leads to no other host where the origin %s', async (_habit, pathOf) => {
      await using on = await stage(({ url = '' }, response) => {
        const [path = '', query] = url.split('?')
        if (path.endsWith('/')) return response.end('folder')
        const location = `${pathOf(path)}/${query === undefined ? '' : `?${query}`}`
        return response.writeHead(301, { location }).end()
      })
      for (const path of PATHS) {
        const { fields, status } = await on.request(path, method)
        expect([200, 301]).toContain(status)
        if (fields.location === undefined) continue
        const { host } = new URL(fields.location, 'http://front.example')
        expect(host, `${path} to ${fields.location}`).toBe('front.example')
      }
    })
  },
)

it.each([
  '//evil%E3%80%82example',
  '//a@evil%E3%80%82example',
  '//%E6%97%A5.example',
  '/%5C%EF%BD%85vil.example',
])('a redirect from %s to itself in UTF-8 leads to no other host', async (path) => {
  await using on = await stage((_request, response) => {
    response.writeHead(301, { location: `${utf8(decodeURIComponent(path))}/` }).end()
  })
  for (const method of ['GET', 'HEAD', 'POST']) {
    const { fields } = await on.request(path, method)
    // A browser decodes the bytes of the field as UTF-8.
    const location = Buffer.from(fields.location ?? '', 'latin1').toString()
    expect(new URL(location, 'http://front.example').host, location).toBe('front.example')
  }
})

describe.each(['GET', 'HEAD', 'POST', 'PROPFIND'])(
  'a redirect of a proxied site to %s reaches the client, with its cookie',
  (method) => {
    it.each([
      ['to another page', '/cb?code=1', '/home'],
      ['to a relative page', '/cb/in', 'home'],
      ['to itself, as a check for cookies', '/cb', '/cb'],
      ['to a part of itself', '/cb', '#part'],
      ['to its query', '/cb', '?checked'],
      ['that adds a slash', '/cb?a', '/cb/?a'],
      ['to another host', '/cb', 'https://login.example/'],
    ])('%s', async (_where, path, location) => {
      await using on = await stage((_request, response) => {
        response.writeHead(302, { location, 'set-cookie': 'session=1', 'content-length': 0 }).end()
      })
      const { status, fields } = await on.request(path, method)
      expect([status, fields.location, fields['set-cookie']]).toEqual([302, location, 'session=1'])
      expect(on.origin.requests.map(({ url }) => url)).toEqual([path])
    })

    it.each([301, 303, 307, 308])('with the status %i', async (code) => {
      await using on = await stage((_request, response) => {
        response.writeHead(code, { location: '/home', 'content-length': 0 }).end()
      })
      expect((await on.request('/cb', method)).status).toBe(code)
      expect(on.origin.requests).toHaveLength(1)
    })

    it('by the name of this server, below the path of the origin', async () => {
      await using on = await stage((request, response) => {
        const location = `http://${request.headers.host}/base/home`
        response.writeHead(302, { location, 'content-length': 0 }).end()
      }, '/base')
      expect((await on.request('/cb', method)).fields.location).toBe('/home')
    })
  },
)

it('a page outside of the path of the proxied origin is not read by a redirect', async () => {
  await using on = await stage(({ url }, response) => {
    if (url === '/home') return void response.end('outside')
    return void response.writeHead(302, { location: '/home' }).end()
  }, '/base')
  expect((await on.request('/cb')).status).toBe(302)
  expect(on.origin.requests.map(({ url }) => url)).toEqual(['/base/cb'])
})

it('a redirect of a proxied site to a server of `redirects` is followed, also to continue a read', async () => {
  const content = pattern(300_000)
  const fields = { etag: '"v1"' }
  await using store = await ScriptedServer.start(serve(content, fields, { cut: 100_000 }))
  await using on = await stage(
    (_request, response) => void response.writeHead(302, { location: `${store.url}/x` }).end(),
    '',
    { redirects: [store.url] },
  )
  const { status, body } = await on.request('/f', 'GET', { cookie: 'a=b' })
  expect([status, body.equals(content)]).toEqual([200, true])
  expect(store.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined])
  expect(on.origin.requests).toHaveLength(2)
})
