import { describe, expect, it } from 'vitest'
import { forwardMethods } from '../../src/cli/forward-methods.js'
import { UpstreamClient } from '../../src/source/upstream/upstream-client.js'
import { settleUpstream } from '../../src/source/upstream/upstream-options.js'
import { sourceFrom } from '../../src/source/upstream/upstream-source.js'
import { serverWith } from '../fixture/application.js'
import { RawClient } from '../fixture/raw-http.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

/** How servers redirect a path to the same path with a slash at its end. */
const HABITS: [string, (path: string) => string][] = [
  ['repeats the path', (path) => path],
  ['decodes the path', decodeURIComponent],
  ['decodes the path twice', (path) => decodeURIComponent(decodeURIComponent(path))],
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
]

describe.each(['GET', 'HEAD', 'POST', 'DELETE'])(
  'a redirect to %s that the proxy passes on',
  (method) => {
    it.each(HABITS)('leads to no other host where the origin %s', async (_habit, pathOf) => {
      await using origin = await ScriptedServer.start(({ url = '' }, response) => {
        const [path = '', query] = url.split('?')
        if (path.endsWith('/')) return response.end('folder')
        const location = `${pathOf(path)}/${query === undefined ? '' : `?${query}`}`
        return response.writeHead(301, { location }).end()
      })
      const upstream = new UpstreamClient(settleUpstream({ origin: origin.url, openFor: 0 }))
      await using front = await serverWith(
        { source: sourceFrom(upstream) },
        {
          passOthers: (app) =>
            forwardMethods(app, upstream, { stallTimeout: 60_000, shutdownGrace: 0 }),
        },
      )
      for (const path of PATHS) {
        using client = new RawClient(front.port)
        client.request(path, { connection: 'close' }, method)
        const { fields, status } = await client.closed()
        expect([200, 301]).toContain(status)
        if (fields.location === undefined) continue
        const { host } = new URL(fields.location, 'http://front.example')
        expect(host, `${path} to ${fields.location}`).toBe('front.example')
      }
    })
  },
)
