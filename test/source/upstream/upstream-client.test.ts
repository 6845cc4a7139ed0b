import { describe, expect, it } from 'vitest'
import {
  asSourceError,
  UpstreamClient,
  unreached,
} from '../../../src/source/upstream/upstream-client.js'
import {
  settleUpstream,
  type UpstreamOptions,
} from '../../../src/source/upstream/upstream-options.js'
import { type Script, ScriptedServer } from '../../fixture/scripted-server.js'

const { signal } = new AbortController()

function clientFor(origin: string, options: Partial<UpstreamOptions> = {}) {
  return new UpstreamClient(settleUpstream({ origin, stall: 200, ...options }))
}

/** Sends a GET for `/f` to a server that runs this script. */
async function get(script: Script, options: Partial<UpstreamOptions> = {}, path = '/f') {
  await using server = await ScriptedServer.start(script)
  const client = clientFor(server.url, options)
  try {
    const request = { method: 'GET', url: new URL(path, server.url), fields: { x: '1' } } as const
    const { status, url } = await client.send(request, signal)
    return { status, path: url.pathname, requests: server.requests.map(({ url }) => url) }
  } catch (error) {
    return { error, requests: server.requests.map(({ url }) => url) }
  } finally {
    client.close()
  }
}

const redirectTo =
  (location: string): Script =>
  (_request, response) =>
    void response.writeHead(302, { location }).end()

describe('UpstreamClient.destinationOf', () => {
  it.each([
    ['http://o', 'a b/ü', '', '/a%20b/%C3%BC'],
    ['http://o/files', 'f', '?q=1', '/files/f?q=1'],
    ['http://o/files/', 'd/', '', '/files/d/'],
    ['http://o', 'a?b#c', '', '/a%3Fb%23c'],
    ['http://o/files', '../f', '', undefined],
    ['http://o/files', 'a/./f', '', undefined],
    ['http://o', '//h/f', '', '///h/f'],
  ])('below %s of the key %j with the query %j is %s', (origin, key, query, target) => {
    const destination = clientFor(origin).destinationOf(key, { query })
    expect(destination?.target).toBe(target)
    expect(destination?.url.host).toBe(target && 'o')
  })

  it.each([
    ['http://o', '@scope%2fname', '?', '/@scope%2fname?'],
    [
      'http://o/files',
      'a%E4;b/%7e/./"<>|^`\\[]',
      '?a=+&b=?%27',
      '/files/a%E4;b/%7e/./"<>|^`\\[]?a=+&b=?%27',
    ],
    ['http://o', '/h/f', '', '//h/f'],
    ['http://o/files', 'a/../f', '', '/files/a/../f'],
    ['http://o/files', 'a/..%2f../f', '', undefined],
    ['http://o/files', '%2E%2e/f', '', undefined],
  ])('below %s of the received path %j with the query %j is %s', (origin, path, query, target) => {
    const destination = clientFor(origin).destinationOf('key', { path, query })
    expect(destination?.target).toBe(target)
    expect(destination?.url.host).toBe(target && 'o')
  })
})

describe('UpstreamClient.fieldsFor', () => {
  const fields = {
    authorization: 'secret',
    'accept-language': 'de',
    accept: 'a/b',
    range: 'bytes=0-1',
    'if-none-match': '"a"',
    connection: 'x-hop',
    'x-hop': '1',
    via: '1.1 before',
    'x-forwarded-for': '192.0.2.1',
  }
  const asker = { address: '192.0.2.2', host: 'h', protocol: 'https', httpVersion: '2.0' }
  const own = { via: '1.1 before, 2.0 lastbyte', 'accept-encoding': 'identity' }

  it.each<[string, Partial<UpstreamOptions>, Record<string, string>]>([
    ['preconditions and Accept by default', {}, { accept: 'a/b', 'if-none-match': '"a"' }],
    [
      'named fields',
      { forward: ['Accept-Language'] },
      { accept: 'a/b', 'if-none-match': '"a"', 'accept-language': 'de' },
    ],
    [
      'all end-to-end fields',
      { forward: 'all' },
      {
        accept: 'a/b',
        'if-none-match': '"a"',
        'accept-language': 'de',
        authorization: 'secret',
        'x-forwarded-for': '192.0.2.1',
      },
    ],
    [
      'X-Forwarded fields',
      { forwarded: true },
      {
        accept: 'a/b',
        'if-none-match': '"a"',
        'x-forwarded-for': '192.0.2.1, 192.0.2.2',
        'x-forwarded-host': 'h',
        'x-forwarded-proto': 'https',
      },
    ],
    [
      'a request for a digest',
      { verify: 'asked' },
      { accept: 'a/b', 'if-none-match': '"a"', 'want-repr-digest': 'sha-256=9' },
    ],
    [
      'fields of the options, which replace those of the client',
      { forward: 'all', fields: { Authorization: 'ours' } },
      {
        accept: 'a/b',
        'if-none-match': '"a"',
        'accept-language': 'de',
        authorization: 'ours',
        'x-forwarded-for': '192.0.2.1',
      },
    ],
  ])('sends %s', (_what, options, expected) => {
    const sent = clientFor('http://o', options).fieldsFor({ method: 'GET', fields, asker })
    expect(sent).toEqual({ ...expected, ...own })
  })

  it.each([
    ['if-match', 'if-unmodified-since'],
    ['if-none-match', 'if-modified-since'],
  ])('sends %s without %s, which an origin might evaluate beside it', (tag, date) => {
    const conditions = { [tag]: '"a"', [date]: 'Sun, 06 Nov 1994 08:49:37 GMT' }
    const sent = clientFor('http://o', {}).fieldsFor({ method: 'GET', fields: conditions })
    expect(sent).toEqual({ [tag]: '"a"', via: '1.1 lastbyte', 'accept-encoding': 'identity' })
  })
})

describe('UpstreamClient.send', () => {
  it('follows redirects within the origin', async () => {
    const script: Script = (request, response) =>
      request.url === '/g' ? void response.end() : redirectTo('/g')(request, response)
    expect(await get(script)).toEqual({ status: 200, path: '/g', requests: ['/f', '/g'] })
  })

  it.each([
    ['to another origin', 'http://192.0.2.1/'],
    ['to a scheme that is not HTTP', 'ftp://h/'],
    ['that only adds a slash', '/f/'],
    ['to no URL', 'http://[x'],
  ])('returns a redirect %s as the response', async (_what, location) => {
    expect(await get(redirectTo(location))).toMatchObject({ status: 302, requests: ['/f'] })
  })

  it('follows redirects to the origins of the option, without fields that identify the client', async () => {
    await using other = await ScriptedServer.start((_request, response) => void response.end())
    const outcome = await get(redirectTo(`${other.url}/g`), { redirects: [other.url] })
    expect(outcome).toMatchObject({ status: 200, path: '/g' })
    expect(other.requests[0]?.headers.x).toBeUndefined()
  })

  it('follows no redirect of a site to itself, but those of the option', async () => {
    await using cdn = await ScriptedServer.start((_request, response) => void response.end())
    await using site = await ScriptedServer.start(({ url }, response) =>
      redirectTo(url === '/f' ? '/g' : `${cdn.url}/x`)(undefined as never, response),
    )
    const settings = settleUpstream({ origin: site.url, redirects: [cdn.url, site.url] }, 'site')
    const client = new UpstreamClient(settings)
    const sent = async (path: string) => {
      const url = new URL(path, site.url)
      const { status } = await client.send({ method: 'GET', url, fields: {} }, signal)
      return [status, site.requests.length, cdn.requests.length]
    }
    expect(await sent('/f')).toEqual([302, 1, 0])
    expect(await sent('/g')).toEqual([200, 2, 1])
    client.close()
  })

  it('throws REFUSED after ten redirects', async () => {
    const { error, requests } = await get(redirectTo('/f'))
    expect(error).toMatchObject({ code: 'REFUSED', facts: { proxyError: 'http_protocol_error' } })
    expect(requests).toHaveLength(11)
  })

  it.each<[string, Script, object]>([
    [
      'no response in time',
      () => {},
      { code: 'SOURCE_TIMEOUT', facts: { proxyError: 'http_response_timeout' } },
    ],
    [
      'a response that is not HTTP',
      (_request, response) => void response.socket?.end('SMTP\r\n\r\n'),
      { code: 'SOURCE_FAILED', facts: { proxyError: 'http_protocol_error' } },
    ],
    [
      'a connection that ends',
      (_request, response) => void response.socket?.destroy(),
      { code: 'SOURCE_FAILED', facts: { proxyError: 'connection_terminated' } },
    ],
  ])('throws for %s', async (_what, script, error) => {
    expect((await get(script)).error).toMatchObject(error)
  })

  it('refuses private addresses with forbidPrivate, without a connection', async () => {
    const { error, requests } = await get((_request, response) => void response.end(), {
      forbidPrivate: true,
    })
    expect(error).toMatchObject({
      code: 'REFUSED',
      facts: { proxyError: 'destination_ip_prohibited' },
    })
    expect(requests).toEqual([])
  })

  it("rejects with the signal's reason", async () => {
    const client = clientFor('http://127.0.0.1:1')
    const request = { method: 'GET', url: new URL('http://127.0.0.1:1/'), fields: {} } as const
    await expect(client.send(request, AbortSignal.abort(new Error('aborted')))).rejects.toThrow(
      'aborted',
    )
    client.close()
  })
})

describe('unreached', () => {
  it.each([
    ['ENOTFOUND', 'REFUSED', 'dns_error'],
    ['EAI_AGAIN', 'SOURCE_FAILED', 'dns_error'],
    ['ECONNREFUSED', 'SOURCE_FAILED', 'connection_refused'],
    ['ECONNRESET', 'SOURCE_FAILED', 'connection_terminated'],
    ['ETIMEDOUT', 'SOURCE_FAILED', 'connection_timeout'],
    ['EHOSTUNREACH', 'SOURCE_FAILED', 'destination_ip_unroutable'],
    ['ENETUNREACH', 'SOURCE_FAILED', 'destination_ip_unroutable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'REFUSED', 'tls_certificate_error'],
    ['EPROTO', 'REFUSED', 'tls_protocol_error'],
    ['HPE_INVALID_CONSTANT', 'SOURCE_FAILED', 'http_protocol_error'],
    ['ERR_INVALID_CHAR', 'REFUSED', 'proxy_configuration_error'],
    ['ERR_INVALID_PROTOCOL', 'REFUSED', 'proxy_configuration_error'],
  ])('of %s is %s with %s', (code, expected, proxyError) => {
    const error = unreached(new URL('http://o/'), Object.assign(new Error('why'), { code }))
    expect(error).toMatchObject({ code: expected, facts: { proxyError } })
  })
})

describe('asSourceError', () => {
  it('keeps code, message and facts, and adds the name of the proxy', () => {
    const error = unreached(
      new URL('http://o/'),
      Object.assign(new Error('why'), { code: 'ENOTFOUND' }),
    )
    expect(asSourceError(error, 'us')).toMatchObject({
      code: 'REFUSED',
      message: error.message,
      facts: { proxyError: 'dns_error', proxy: 'us' },
    })
  })

  it('makes any other error to SOURCE_FAILED', () => {
    const cause = new Error('EIO')
    expect(asSourceError(cause, 'us')).toMatchObject({
      code: 'SOURCE_FAILED',
      facts: { proxyError: 'connection_terminated', proxy: 'us' },
      cause,
    })
  })
})
