import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { faultServerPair, lastEntry } from '../fixture/fault-server-pair.js'
import { http2Responses } from '../fixture/http2-responses.js'

const servers = faultServerPair()

describe('The fault until-close', () => {
  it.each([
    ['a 200', {}, '/f', 200, CONTENT],
    ['a 206', { range: 'bytes=5-9' }, '/f', 206, CONTENT.subarray(5, 10)],
    ['a small file', {}, '/g', 200, Buffer.from('another file')],
  ])('sends %s that ends with the connection', async (_what, fields, path, status, bytes) => {
    for (const version of ['HTTP/1.1', 'HTTP/1.0']) {
      const kept = { ...fields, connection: 'keep-alive' }
      const rule = servers.plain.faults.arm({ fault: { kind: 'until-close' }, times: 1 })
      using client = servers.plain.client()
      client.request(path, kept, 'GET', version)
      const response = await client.closed()
      expect(response).toMatchObject({ status, ended: 'fin' })
      expect(response.fields).toMatchObject({ connection: 'close' })
      expect(response.fields['content-length']).toBeUndefined()
      expect(response.fields['transfer-encoding']).toBeUndefined()
      expect(response.body.equals(bytes)).toBe(true)
      expect(await lastEntry(servers.plain)).toMatchObject({
        outcome: 'injected',
        ended: 'complete',
      })
      rule.disarm()
    }
  })

  it.each([
    ['HEAD', {}, 'HEAD', '/f', 200],
    ['304', { 'if-none-match': '*' }, 'GET', '/f', 304],
    ['404', {}, 'GET', '/absent', 404],
    ['416', { range: 'bytes=9999999-' }, 'GET', '/f', 416],
    ['chunked response', { accept: 'text/event-stream' }, 'GET', '/g', 200],
  ])(
    'sends a %s without Content-Length and Transfer-Encoding',
    async (_what, fields, method, path, status) => {
      const rule = servers.plain.faults.arm({ fault: { kind: 'until-close' }, times: 1 })
      using client = servers.plain.client()
      client.request(path, { ...fields, connection: 'keep-alive' }, method)
      const response = await client.closed()
      expect(response).toMatchObject({ status, ended: 'fin' })
      expect(response.fields['content-length']).toBeUndefined()
      expect(response.fields['transfer-encoding']).toBeUndefined()
      rule.disarm()
    },
  )

  it('lets a body that another fault cuts look complete', async () => {
    const { fields, body } = await servers.plain.requestWithFault('until-close, truncate;at=777')
    expect(fields['content-length']).toBeUndefined()
    expect(body.equals(CONTENT.subarray(0, 777))).toBe(true)
  })

  it('is not applicable to HTTP/2', async () => {
    await using client = http2Responses(servers.secure.server.url)
    const { fields } = await client.request('/f', { 'lastbyte-fault': 'until-close' })
    expect(fields['content-length']).toBe(String(CONTENT.length))
    expect(await lastEntry(servers.secure)).toMatchObject({ outcome: 'not applicable' })
  })
})

describe('The fault replace', () => {
  it('replaces text in the heads of the parts of a multipart body', async () => {
    const fault = {
      kind: 'replace',
      text: 'Content-Range: bytes',
      by: 'Content-Range: items',
    } as const
    for (const text of ['http1', 'http2']) {
      const server = text === 'http1' ? servers.plain : servers.secure
      const rule = server.faults.arm({ fault })
      const range = 'bytes=5-9,20-30'
      await using client = http2Responses(servers.secure.server.url)
      const { body, fields } =
        server === servers.plain
          ? await servers.plain.request({ range, connection: 'close' })
          : await client.request('/f', { range })
      expect(body.toString('latin1').match(/Content-Range: items/gi)).toHaveLength(2)
      expect(body).toHaveLength(Number(fields['content-length']))
      expect(body.includes(CONTENT.subarray(20, 31))).toBe(true)
      rule.disarm()
    }
  })

  it('replaces the bytes of a file', async () => {
    const fault = 'replace;text="another";by="strange"'
    const { body } = await servers.plain.requestWithFault(fault, {}, { path: '/g' })
    expect(body.toString()).toBe('strange file')
    expect(
      (await servers.plain.request({ connection: 'close' }, { path: '/g' })).body.toString(),
    ).toBe('another file')
  })
})

describe('The fault hide-failure', () => {
  it.each([
    ['a source that fails', 'source-error;at=500000, hide-failure', 500_000],
    ['no failure', 'hide-failure', CONTENT.length],
  ])('completes a body after %s', async (_what, fault, at) => {
    const { fields, body } = await servers.plain.requestWithFault(fault)
    expect(Number(fields['content-length'])).toBe(CONTENT.length)
    expect(body.subarray(0, at).equals(CONTENT.subarray(0, at))).toBe(true)
    expect(body.subarray(at).equals(Buffer.alloc(CONTENT.length - at))).toBe(true)
    expect(await lastEntry(servers.plain)).toMatchObject({ ended: 'complete' })
  })

  it('completes the body of a file that is truncated while it is sent', async () => {
    await using own = await FaultServer.start()
    const rule = own.faults.arm({
      fault: [{ kind: 'stall', at: 1000, ms: 1000 }, { kind: 'hide-failure' }],
    })
    using client = own.client()
    client.request('/f', { connection: 'close' })
    await client.until(1000)
    truncateSync(join(own.folder.path, 'f'), 2000)
    const { fields, body } = await client.closed()
    expect(body).toHaveLength(Number(fields['content-length']))
    expect(body.subarray(0, 1000).equals(CONTENT.subarray(0, 1000))).toBe(true)
    expect(body.equals(CONTENT)).toBe(false)
    await own.faults.settled()
    expect(rule.journal()).toMatchObject([
      { ended: 'complete' },
      { outcome: 'injected', ended: 'complete' },
    ])
  })
})

describe('The fault status', () => {
  it.each(['GET', 'HEAD'])('redirects a %s', async (method) => {
    const rule = servers.plain.faults.arm({
      fault: { kind: 'status', status: 302, fields: { Location: '/g' } },
    })
    const { status, fields, body } = await servers.plain.request(
      { connection: 'close' },
      { method },
    )
    expect([status, fields.location, body.length]).toEqual([302, '/g', 0])
    rule.disarm()
  })

  it('asks for credentials, with problem details', async () => {
    const rule = servers.plain.faults.arm({
      fault: { kind: 'status', status: 401, fields: { 'www-authenticate': 'Basic' } },
    })
    const { status, fields, body } = await servers.plain.request({ connection: 'close' })
    expect([status, fields['www-authenticate']]).toEqual([401, 'Basic'])
    expect(JSON.parse(body.toString())).toMatchObject({ status: 401 })
    rule.disarm()
  })

  it.each([200, 206, 403, 503])('sends a page of its own with %i', async (code) => {
    const fault = { kind: 'status', status: code, body: '<p>Ü', fields: { etag: '"p"' } } as const
    const rule = servers.plain.faults.arm({ fault })
    const range = 'bytes=5-9'
    for (const method of ['GET', 'HEAD']) {
      const kept = { range, connection: 'close' }
      const { status, fields, body } = await servers.plain.request(kept, { method })
      expect(status).toBe(code)
      expect(fields).toMatchObject({
        etag: '"p"',
        'content-type': 'text/html; charset=utf-8',
        'content-length': '5',
      })
      expect(body.toString()).toBe(method === 'GET' ? '<p>Ü' : '')
    }
    rule.disarm()
  })
})
