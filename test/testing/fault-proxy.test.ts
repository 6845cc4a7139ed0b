import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type FaultProxyOptions, faultProxy } from '../../src/testing/index.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { RawClient, type RawResponse } from '../fixture/raw-http.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

/** An origin that is not ours. */
async function originOf(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const proxyOf = (origin: string, options: Partial<FaultProxyOptions> = {}) =>
  faultProxy({ origin, seed: 1, ...options })

async function request(
  port: number,
  fields: Record<string, string> = {},
  { method = 'GET', path = '/f' } = {},
): Promise<RawResponse> {
  using client = new RawClient(port)
  client.request(path, { connection: 'close', ...fields }, method)
  return await client.closed()
}

describe('faultProxy', () => {
  it('is byte-identical to its origin while nothing is armed', async () => {
    await using origin = await FaultServer.start()
    await using proxy = await proxyOf(origin.server.url)
    for (const fields of [
      {},
      { range: 'bytes=5-9' },
      { range: 'bytes=0-1,5-6' },
      { range: 'bytes=9999999-' },
      { 'if-match': '"no"' },
    ]) {
      const direct = await request(origin.server.port, fields)
      const passed = await request(proxy.port, fields)
      const type = String(direct.fields['content-type'])
      const boundary = /boundary=(\w+)/.exec(type)?.[1] ?? '\0'
      const other = /boundary=(\w+)/.exec(String(passed.fields['content-type']))?.[1] ?? '\0'
      expect(passed.status).toBe(direct.status)
      expect(passed.body.toString('latin1')).toBe(
        direct.body.toString('latin1').replaceAll(boundary, other),
      )
      const { date: _date, 'content-type': _type, ...others } = direct.fields
      expect(passed.fields).toMatchObject(others)
    }
    const head = await request(proxy.port, {}, { method: 'HEAD' })
    expect(head.fields['content-length']).toBe(String(CONTENT.length))
    expect(head.body).toHaveLength(0)
  })

  it.each([
    ['truncate;at=600000', {}, 600_000, 'fin'],
    ['truncate;at=600000', { range: 'bytes=500000-' }, 100_000, 'fin'],
    ['truncate;at=999000', { range: 'bytes=-2000' }, 1000, 'fin'],
    ['truncate;at=0', {}, 0, 'fin'],
    ['end-early;at=777', {}, 777, 'fin'],
    ['source-error;at=5000', {}, 5000, 'fin'],
    ['throttle;rate=9000000, truncate;at=70000', {}, 70_000, 'fin'],
  ])('injects %s into the response to %j at exact bytes', async (fault, fields, bytes, ended) => {
    await using origin = await FaultServer.start()
    await using proxy = await proxyOf(origin.server.url)
    const response = await request(proxy.port, { 'lastbyte-fault': fault, ...fields })
    expect({ bytes: response.body.length, ended: response.ended }).toEqual({ bytes, ended })
    const start = Number(/bytes (\d+)/.exec(response.fields['content-range'] ?? '')?.[1] ?? 0)
    expect(response.body.equals(CONTENT.subarray(start, start + bytes))).toBe(true)
    await proxy.faults.settled()
    expect(proxy.faults.journal().at(-1)).toMatchObject({
      outcome: 'injected',
      written: bytes,
      confirmed: bytes,
    })
    expect(origin.faults.journal()).toEqual([])
  })

  it('changes the status, the fields and the bytes of its origin by faults', async () => {
    await using origin = await FaultServer.start()
    await using proxy = await proxyOf(origin.server.url)
    const real = await request(proxy.port)
    const wrong = await request(proxy.port, {
      'lastbyte-fault': 'wrong-content-range',
      range: 'bytes=5-9',
    })
    expect(wrong.fields['content-range']).toBe('bytes 6-10/1000001')
    expect(
      (await request(proxy.port, { 'lastbyte-fault': 'ignore-range', range: 'bytes=5-9' })).status,
    ).toBe(200)
    const flipped = await request(proxy.port, { 'lastbyte-fault': 'etag-flip' })
    expect(flipped.fields.etag).not.toBe(real.fields.etag)
    expect(flipped.body.equals(CONTENT)).toBe(true)
    const changed = await request(proxy.port, {
      'lastbyte-fault': 'content-change',
      'want-repr-digest': 'sha-256=9',
    })
    expect(changed.body.every((byte, at) => byte === ((CONTENT[at] ?? 0) ^ 1))).toBe(true)
    expect(changed.fields['repr-digest']).toBeUndefined()
    expect((await request(proxy.port, { 'lastbyte-fault': 'status;status=503' })).status).toBe(503)
    expect((await request(proxy.port, { 'lastbyte-fault': 'empty-response' })).status).toBe(0)
    expect((await request(proxy.port, { 'lastbyte-fault': 'truncate' })).status).toBe(400)
  })

  it('forwards methods, bodies, targets and fields, but no faults and no fields of a connection', async () => {
    await using origin = await originOf(async (request, response) => {
      const body = await request.toArray()
      const { method, url, headers } = request
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(body).toString() }))
    })
    await using proxy = await proxyOf(`${origin.url}/base/`)
    const response = await fetch(`${proxy.url}/p%20q?x=1&lastbyte-fault=latency%3Bms%3D1&y=%26`, {
      method: 'POST',
      body: 'the body',
      headers: { 'content-type': 'text/x-odd', 'lastbyte-fault': 'latency;ms=1', 'x-own': 'kept' },
    })
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const seen = (await response.json()) as { headers: Record<string, string> }
    expect(seen).toMatchObject({ method: 'POST', url: '/base/p%20q?x=1&y=%26', body: 'the body' })
    expect(seen.headers).toMatchObject({
      'x-own': 'kept',
      'content-type': 'text/x-odd',
      host: new URL(origin.url).host,
    })
    expect(seen.headers['lastbyte-fault']).toBeUndefined()
    const raw = await request(
      proxy.port,
      { connection: 'close, x-hop', 'x-hop': 'gone' },
      { method: 'OPTIONS' },
    )
    expect(raw.body.toString()).toMatch(/"method":"OPTIONS"/)
    expect(raw.body.toString()).not.toMatch(/x-hop/)
  })

  it('forwards a body of unknown length, and truncates it without a last chunk', async () => {
    await using origin = await originOf((_request, response) => {
      response.write('first, ')
      setImmediate(() => response.end('second'))
    })
    await using proxy = await proxyOf(origin.url)
    expect(await (await fetch(proxy.url)).text()).toBe('first, second')
    const cut = await request(proxy.port, { 'lastbyte-fault': 'truncate;at=9' })
    expect(cut.fields['transfer-encoding']).toBe('chunked')
    expect(cut.body.toString()).not.toMatch(/\r\n0\r\n\r\n$/)
    expect(cut.ended).toBe('fin')
  })

  it.each([
    'truncate;at=13',
    'end-early;at=13',
    'garbage;at=13',
    'end-early;at=5000',
    'source-error;at=13',
  ])('does not reach %s at or beyond the end of a body of unknown length', async (fault) => {
    await using origin = await originOf((_request, response) => {
      response.write('first, ')
      setImmediate(() => response.end('second'))
    })
    await using proxy = await proxyOf(origin.url)
    const headers = { 'lastbyte-fault': fault }
    expect(await (await fetch(proxy.url, { headers })).text()).toBe('first, second')
    await proxy.faults.settled()
    expect(proxy.faults.journal()[0]).toMatchObject({ outcome: 'not reached', ended: 'complete' })
  })

  it('ends a body of unknown length with a last chunk for end-early', async () => {
    await using origin = await originOf((_request, response) => {
      response.write('first, ')
      setImmediate(() => response.end('second'))
    })
    await using proxy = await proxyOf(origin.url)
    const headers = { 'lastbyte-fault': 'end-early;at=9' }
    expect(await (await fetch(proxy.url, { headers })).text()).toBe('first, se')
  })

  it('sends a short body when its origin dies in the middle', async () => {
    await using origin = await originOf((_request, response) => {
      response.setHeader('content-length', 1000)
      response.write('x'.repeat(100), () => response.destroy())
    })
    await using proxy = await proxyOf(origin.url)
    const { body, ended, fields } = await request(proxy.port)
    expect({ bytes: body.length, ended }).toEqual({ bytes: 100, ended: 'fin' })
    expect(fields['content-length']).toBe('1000')
  })

  it('responds 502 for an origin that is not there, and 504 for one that sends nothing', async () => {
    const gone = net.createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    await using nowhere = await proxyOf(`http://127.0.0.1:${port}`)
    const refused = await request(nowhere.port)
    expect(refused).toMatchObject({ status: 502 })
    expect(refused.fields['content-type']).toBe('application/problem+json')

    await using silent = await originOf(() => {})
    await using proxy = await proxyOf(silent.url, { sourceTimeout: 100 })
    expect((await request(proxy.port)).status).toBe(504)
  })

  it.each(['before the headers', 'in the body'])(
    'ends the request at the origin when the client leaves %s',
    async (when) => {
      let left: Promise<unknown> = Promise.resolve()
      let arrive = () => {}
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve
      })
      await using origin = await originOf((_request, response) => {
        left = once(response, 'close')
        if (when === 'in the body') response.write('some')
        arrive()
      })
      await using proxy = await proxyOf(origin.url)
      using client = new RawClient(proxy.port)
      client.request('/')
      await arrived
      if (when === 'in the body') await client.until(1)
      client.socket.destroy()
      await left
    },
  )

  it("counts places in the origin's multipart body from the start of the response alone", async () => {
    await using origin = await FaultServer.start()
    await using proxy = await proxyOf(origin.server.url)
    const range = 'bytes=0-999,5000-5999'
    const requestWith = (fault: string) => request(proxy.port, { 'lastbyte-fault': fault, range })
    const whole = await requestWith('truncate;at=500')
    expect(whole.body).toHaveLength(Number(whole.fields['content-length']))
    expect((await requestWith('truncate;at=500;from=response')).body).toHaveLength(500)
  })

  it('has the HTTP interface that arms faults', async () => {
    await using origin = await FaultServer.start()
    await using proxy = await proxyOf(origin.server.url)
    const body = JSON.stringify({ fault: { kind: 'truncate', at: 5 }, times: 1 })
    const authorization = `Bearer ${proxy.token}`
    const headers = { 'content-type': 'application/json', authorization }
    const armed = await fetch(`${proxy.url}/-/faults`, { method: 'POST', headers, body })
    expect(armed.status).toBe(201)
    expect((await request(proxy.port)).body).toHaveLength(5)
    expect((await request(proxy.port)).body).toHaveLength(CONTENT.length)
  })

  it('serves further requests after bodies that ended in the middle', async () => {
    await using origin = await FaultServer.start()
    await using proxy = await proxyOf(origin.server.url)
    for (const fault of [
      'truncate;at=300000',
      'end-early;at=0',
      'connection-reset;at=5',
      'rst-stream;at=5',
    ]) {
      await request(proxy.port, { 'lastbyte-fault': fault })
    }
    using client = new RawClient(proxy.port)
    client.request('/f')
    await client.until(1)
    client.socket.destroy()
    expect((await request(proxy.port)).body.equals(CONTENT)).toBe(true)
  })

  it('serves HTTP/2 to its clients in front of an origin of HTTP/1.1', async () => {
    await using origin = await FaultServer.start()
    await using proxy = await proxyOf(origin.server.url, { tls })
    using client = await RawHttp2Client.connect(proxy.port)
    const fault = { 'lastbyte-fault': 'rst-stream;at=300000;code=11' }
    const { data, endStream, reset } = await client.frames(client.request('/f', fault))
    expect({ bytes: data.length, endStream, reset }).toEqual({
      bytes: 300_000,
      endStream: false,
      reset: 11,
    })
    expect((await client.frames(client.request('/f'))).data.equals(CONTENT)).toBe(true)
  })

  it.each(['nonsense', 'ftp://host', 'http://host/?query'])(
    'refuses the origin %s',
    async (origin) => {
      await expect(faultProxy({ origin, seed: 1 })).rejects.toThrow(/^origin: expected a URL/)
    },
  )
})
