import { describe, expect, it } from 'vitest'
import { UpstreamClient } from '../../../src/source/upstream/upstream-client.js'
import { settleUpstream } from '../../../src/source/upstream/upstream-options.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'
import { secureServer } from '../../fixture/secure-server.js'

const { signal } = new AbortController()
const fields = { authorization: 'Bearer secret', range: 'bytes=0-' }

/** Requests a file of an https: origin that redirects to an http: server. */
async function redirected(redirectsTo: (plain: string) => readonly string[]) {
  await using plain = await ScriptedServer.start((_request, response) => void response.end('x'))
  await using secure = await secureServer((_request, response) => {
    response.writeHead(302, { location: `${plain.url}/f` }).end()
  })
  const redirects = redirectsTo(plain.url)
  const settings = settleUpstream({ origin: secure.url, redirects, insecure: true })
  const client = new UpstreamClient(settings)
  try {
    const request = { method: 'GET', url: new URL('/f', secure.url), fields } as const
    const { status, body } = await client.send(request, signal)
    await body.return?.()
    return { status, requests: plain.requests.map(({ headers }) => headers) }
  } finally {
    client.close()
  }
}

describe('UpstreamClient, redirected from https: to http:', () => {
  it.each<[string, (plain: string) => string[]]>([
    ['by default', () => []],
    ['where redirects has that host with https:', (url) => [url.replace('http:', 'https:')]],
  ])('returns the redirect as the response %s', async (_when, redirects) => {
    expect(await redirected(redirects)).toEqual({ status: 302, requests: [] })
  })

  it('follows it where redirects has the http: origin, without credentials', async () => {
    const { status, requests } = await redirected((url) => [url])
    expect(status).toBe(200)
    expect(requests).toHaveLength(1)
    expect(requests[0]).not.toHaveProperty('authorization')
  })
})
