import { Readable } from 'node:stream'
import '../../../src/testing/vitest.js'
import { describe, expect, it } from 'vitest'
import { faultProxy, faultServer } from '../../../src/testing/index.js'
import { RawHttp2Client } from '../../fixture/raw-http2.js'
import { tls } from '../../fixture/tls.js'

const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url, { headers, method })

describe('A stub', () => {
  it('is a representation: ranges, preconditions and HEAD work as for a file', async () => {
    await using server = await faultServer({ seed: 1 })
    server.stub('/api/film', { body: '0123456789', etag: '"v1"', fields: { 'x-own': 'yes' } })
    const url = `${server.url}/api/film`
    const whole = await get(url)
    expect(await whole.text()).toBe('0123456789')
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      etag: '"v1"',
      'x-own': 'yes',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'content-type': 'text/plain; charset=utf-8',
    })
    const part = await get(url, { range: 'bytes=4-', 'if-range': '"v1"' })
    expect([part.status, await part.text()]).toEqual([206, '456789'])
    expect((await get(url, { range: 'bytes=4-', 'if-range': '"v0"' })).status).toBe(200)
    expect((await get(url, { 'if-none-match': '"v1"' })).status).toBe(304)
    expect((await get(url, { 'if-match': '"v0"' })).status).toBe(412)
    expect((await get(url, { range: 'bytes=10-' })).status).toBe(416)
    const head = await get(url, {}, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10'])
  })

  it('sends a list of responses in order, and repeats the last', async () => {
    await using server = await faultServer({ seed: 1 })
    const busy = { status: 503, fields: { 'retry-after': '1' }, body: 'busy' }
    const stub = server.stub('/a', [busy, { json: { n: 1 } }])
    const first = await get(`${server.url}/a`)
    expect([first.status, await first.text(), first.headers.get('retry-after')]).toEqual([
      503,
      'busy',
      '1',
    ])
    for (const _ of [1, 2]) expect(await (await get(`${server.url}/a`)).json()).toEqual({ n: 1 })
    expect(stub.requests).toBe(3)
  })

  it.each([
    ['an async generator', () => chunks()],
    ['a stream', () => Readable.from(chunks())],
  ])('sends the chunks of %s without an announced length', async (_, body) => {
    await using server = await faultServer({ seed: 1 })
    server.stub('/a', { body })
    for (const _ of [1, 2]) {
      const response = await get(`${server.url}/a`)
      expect([await response.text(), response.headers.get('content-length')]).toEqual([
        'one, two',
        null,
      ])
    }
  })

  it('has faults applied, at bytes of its body', async () => {
    await using server = await faultServer({ seed: 1 })
    server.stub('/a', { body: 'x'.repeat(5000) })
    server.stub('POST /a', { body: 'posted' })
    server.faults.arm({ match: { method: 'GET' }, fault: { kind: 'truncate', at: 1000 }, times: 1 })
    await expect((await get(`${server.url}/a`)).text()).rejects.toThrow()
    await server.faults.settled()
    expect(server.faults.journal()[0]).toMatchObject({ outcome: 'injected', written: 1000 })
    server.faults.arm({
      match: { method: 'POST' },
      fault: { kind: 'status', status: 500 },
      times: 1,
    })
    expect((await get(`${server.url}/a`, {}, 'POST')).status).toBe(500)
    const posted = await fetch(`${server.url}/a`, { method: 'POST', body: 'x'.repeat(100_000) })
    expect(await posted.text()).toBe('posted')
  })

  it('waits for its delay, and no longer than the client', async () => {
    await using server = await faultServer({ seed: 1, sourceTimeout: 10 })
    server.stub('/a', { body: 'late', delay: 60 })
    server.stub('/never', { body: 'late', delay: 1e9 })
    const began = performance.now()
    expect(await (await get(`${server.url}/a`)).text()).toBe('late')
    expect(performance.now() - began).toBeGreaterThanOrEqual(59)
    const left = new AbortController()
    const request = fetch(`${server.url}/never`, { signal: left.signal })
    await server.journal.waitFor({ path: '/never' }, { until: 'arrived' })
    left.abort()
    await expect(request).rejects.toThrow()
    expect(await server.journal.waitFor({ path: '/never' })).toMatchObject({ ended: 'left' })
  })

  it.each(['root', 'proxy', 'tls'] as const)(
    'precedes the files of a server with %s',
    async (kind) => {
      await using origin = await faultServer({ seed: 1 })
      await using server =
        kind === 'proxy'
          ? await faultProxy({ origin: origin.url, seed: 1 })
          : await faultServer({ root: 'media', seed: 1, ...(kind === 'tls' && { tls }) })
      server.stub('/clip.mp4', { body: 'short' })
      if (kind === 'tls') {
        using client = await RawHttp2Client.connect(server.port)
        expect((await client.frames(client.request('/clip.mp4'))).data.toString()).toBe('short')
        return
      }
      expect(await (await get(`${server.url}/clip.mp4`)).text()).toBe('short')
      server.reset()
      expect(await (await get(`${server.url}/clip.mp4`)).text()).not.toBe('short')
      expect(origin.journal.entries()).toHaveLength(kind === 'proxy' ? 1 : 0)
    },
  )

  it.each(['GET', 'POST'])('cuts the response to %s where its body throws', async (method) => {
    await using server = await faultServer({ seed: 1 })
    const body = async function* () {
      yield 'some'
      throw new Error('the generator of the test failed')
    }
    server.stub(`${method} /a`, { body })
    await expect(
      get(`${server.url}/a`, {}, method).then((response) => response.text()),
    ).rejects.toThrow()
    await expect(server.journal).toHaveEnded('fin')
  })

  it.each(['GET', 'HEAD', 'POST', 'OPTIONS'])('responds to %s with a fault', async (method) => {
    await using server = await faultServer({ seed: 1 })
    const stub = server.stub(`${method} /a`, { status: 200, fields: { 'x-own': 'yes' }, body: 'a' })
    expect((await get(`${server.url}/a`, {}, method)).headers.get('x-own')).toBe('yes')
    expect(stub.requests).toBe(1)
    server.faults.arm({ fault: { kind: 'status', status: 503 } })
    expect((await get(`${server.url}/a`, {}, method)).status).toBe(503)
  })
})

async function* chunks() {
  yield 'one, '
  yield Buffer.from('two')
}
