import { describe, expect, it } from 'vitest'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { CONTENT } from '../fixture/fault-server.js'
import { faultServerPair } from '../fixture/fault-server-pair.js'
import { http2Responses } from '../fixture/http2-responses.js'

const SIZE = CONTENT.length
const servers = faultServerPair()

const FAULT = {
  kind: 'response-fields',
  set: { ETag: '"other"', 'x-injected': 'a, b' },
  remove: ['last-modified', 'content-type', 'date'],
} as const

const RESPONSES = [
  ['200', {}, 'GET', '/f', 200],
  ['206', { range: 'bytes=5-9' }, 'GET', '/f', 206],
  ['multipart 206', { range: 'bytes=5-9,20-30' }, 'GET', '/f', 206],
  ['200 of a small file', {}, 'GET', '/g', 200],
  ['200 to HEAD', {}, 'HEAD', '/f', 200],
  ['304', { 'if-none-match': '*' }, 'GET', '/f', 304],
  ['412', { 'if-match': '"x"' }, 'GET', '/f', 412],
  ['416', { range: 'bytes=9999999-' }, 'GET', '/f', 416],
  ['404', {}, 'GET', '/absent', 404],
  ['response of frames', { accept: 'text/event-stream' }, 'GET', '/g', 200],
] as const

describe('The fault response-fields', () => {
  it.each(RESPONSES)('edits a %s of HTTP/1.1', async (_what, fields, method, path, status) => {
    const rule = servers.plain.faults.arm({ fault: FAULT, times: 1 })
    const response = await servers.plain.request(
      { ...fields, connection: 'close' },
      { method, path },
    )
    expect(response.status).toBe(status)
    expect(response.fields).toMatchObject({ etag: '"other"', 'x-injected': 'a, b' })
    for (const name of FAULT.remove) expect(response.fields[name]).toBeUndefined()
    await servers.plain.faults.settled()
    expect(rule.journal()).toMatchObject([{ outcome: 'injected', status, ended: 'complete' }])
    expect(rule.left).toBe(0)
    rule.disarm()
  })

  it.each(RESPONSES)('edits a %s of HTTP/2', async (_what, fields, method, path, status) => {
    const rule = servers.secure.faults.arm({ fault: FAULT, times: 1 })
    await using client = http2Responses(servers.secure.server.url)
    const response = await client.request(path, fields, method)
    expect(response.status).toBe(status)
    expect(response.fields).toMatchObject({ etag: '"other"', 'x-injected': 'a, b' })
    for (const name of FAULT.remove) expect(response.fields[name]).toBeUndefined()
    rule.disarm()
  })

  it.each(['HTTP/1.0', 'HTTP/1.1'] as const)(
    'acts on requests of the protocol that its rule matches, such as %s',
    async (version) => {
      const rule = servers.plain.faults.arm({ match: { protocol: version }, fault: FAULT })
      const etags: (string | undefined)[] = []
      for (const each of ['HTTP/1.0', 'HTTP/1.1']) {
        const response = await servers.plain.request({ connection: 'close' }, { version: each })
        etags.push(response.fields.etag)
      }
      expect(etags.map((etag) => etag === '"other"')).toEqual([
        version === 'HTTP/1.0',
        version === 'HTTP/1.1',
      ])
      rule.disarm()
    },
  )

  it('edits the response of the fault status as well', async () => {
    const rule = servers.plain.faults.arm({
      fault: [
        { kind: 'status', status: 503 },
        { kind: 'response-fields', set: { 'x-a': '1' } },
      ],
    })
    const { status, fields } = await servers.plain.request({ connection: 'close' })
    expect([status, fields['x-a']]).toEqual([503, '1'])
    rule.disarm()
  })

  it('without Content-Length sends a chunked body, and to HEAD no length', async () => {
    const rule = servers.plain.faults.arm({
      fault: { kind: 'response-fields', remove: 'content-length' },
    })
    const got = await servers.plain.request({ connection: 'close' })
    expect(got.fields['transfer-encoding']).toBe('chunked')
    expect(decodeChunked(got.body).bytes.equals(CONTENT)).toBe(true)
    const head = await servers.plain.request({ connection: 'close' }, { method: 'HEAD' })
    expect(head.fields['content-length'] ?? head.fields['transfer-encoding']).toBeUndefined()
    rule.disarm()
  })

  it('with a larger Content-Length closes the connection after the body', async () => {
    const length = String(SIZE + 1)
    const fault = { kind: 'response-fields', set: { 'content-length': length } } as const
    const rule = servers.plain.faults.arm({ fault })
    const { fields, body, ended } = await servers.plain.request({ connection: 'keep-alive' })
    expect([fields['content-length'], ended]).toEqual([length, 'fin'])
    expect(body.equals(CONTENT)).toBe(true)
    const head = await servers.plain.request({ connection: 'close' }, { method: 'HEAD' })
    expect(head.fields['content-length']).toBe(length)
    rule.disarm()
  })

  it('with a smaller Content-Length sends the rest of the body after it', async () => {
    const fault = { kind: 'response-fields', set: { 'content-length': '5' } } as const
    const rule = servers.plain.faults.arm({ fault })
    const { fields, body } = await servers.plain.request({ connection: 'close' }, { path: '/g' })
    expect(fields['content-length']).toBe('5')
    expect(body.toString()).toBe('another file')
    rule.disarm()
  })
})
