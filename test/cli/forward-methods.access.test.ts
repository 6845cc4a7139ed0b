import { METHODS } from 'node:http'
import { describe, expect, it } from 'vitest'
import { forwardMethods } from '../../src/cli/forward-methods.js'
import { signUrl } from '../../src/index.js'
import { UpstreamClient } from '../../src/source/upstream/upstream-client.js'
import { settleUpstream } from '../../src/source/upstream/upstream-options.js'
import { sourceFrom } from '../../src/source/upstream/upstream-source.js'
import { basic, bearer, KEY, tokenLine, userLine } from '../fixture/access.js'
import { serverWith } from '../fixture/application.js'
import { RawClient } from '../fixture/raw-http.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

const access = {
  users: [await userLine('ann', 'secret')],
  tokens: [tokenLine('ci', 'tok')],
  keys: [KEY],
  public: ['free'],
}

/** A proxy with access in front of an origin that reads each request. */
async function stage(corsOrigin?: string) {
  const origin = await ScriptedServer.start(async (request, response) => {
    for await (const _chunk of request);
    response.writeHead(200, { 'content-length': 2 }).end('ok')
  })
  const settings = settleUpstream({ origin: origin.url, openFor: 0, forward: 'all' }, 'site')
  const upstream = new UpstreamClient(settings)
  const limits = { stallTimeout: 60_000, shutdownGrace: 0 }
  const front = await serverWith(
    { source: sourceFrom(upstream), access },
    { corsOrigin, passOthers: (app) => forwardMethods(app, upstream, limits) },
  )
  return {
    origin,
    async send(method: string, path: string, fields: Record<string, string> = {}, body = '') {
      using client = new RawClient(front.port)
      const length = body === '' ? {} : { 'Content-Length': `${body.length}` }
      client.request(path, { Connection: 'close', ...fields, ...length }, method)
      client.socket.write(body)
      return (await client.closed()).status
    },
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]()
      await origin[Symbol.asyncDispose]()
    },
  }
}

const FORWARDED = METHODS.filter((method) => method !== 'CONNECT')
const signed = signUrl('/f', { key: KEY, expires: '1h' })

describe('The proxy with access', () => {
  it.each(FORWARDED)(
    'forwards %s for those who may use it, and for nobody else',
    async (method) => {
      await using on = await stage()
      for (const [path, fields] of [
        ['/f', {}],
        ['/f', basic('ann', 'wrong')],
        ['/d%2ff', {}],
        ['/%ff', {}],
        ['/f', { authorization: 'Basic' }],
      ] as const) {
        expect([path, await on.send(method, path, fields)]).toEqual([path, 401])
      }
      expect(on.origin.requests).toEqual([])
      for (const fields of [basic('ann', 'secret'), bearer('tok')]) {
        expect(await on.send(method, '/f', fields)).toBe(200)
      }
      expect(await on.send(method, '/free')).toBe(200)
      const forwarded = JSON.stringify(on.origin.requests.map(({ rawHeaders }) => rawHeaders))
      expect(forwarded).not.toMatch(/authorization/i)
    },
  )

  it('forwards a body for those who may use it, and never for a signature', async () => {
    await using on = await stage()
    for (const method of ['GET', 'POST']) {
      expect(await on.send(method, '/f', {}, 'body')).toBe(401)
      expect(await on.send(method, signed, {}, 'body')).toBe(403)
    }
    expect(on.origin.requests).toEqual([])
    for (const method of ['GET', 'POST']) {
      expect(await on.send(method, '/f', basic('ann', 'secret'), 'body')).toBe(200)
    }
    expect(await on.send('GET', signed)).toBe(200)
  })

  it('answers a preflight with --cors, which has no credentials, itself, and no other OPTIONS', async () => {
    await using on = await stage('https://play.example')
    const preflight = {
      origin: 'https://play.example',
      'access-control-request-method': 'POST',
    }
    expect(await on.send('OPTIONS', '/f', preflight)).toBe(204)
    for (const path of ['/f', '*']) expect(await on.send('OPTIONS', path)).toBe(401)
    expect(on.origin.requests).toEqual([])
    expect(await on.send('OPTIONS', '/f', basic('ann', 'secret'))).toBe(200)
    expect(await on.send('POST', '/f', basic('ann', 'secret'))).toBe(200)
    expect(on.origin.requests.map(({ method }) => method)).toEqual(['OPTIONS', 'POST'])
  })
})
