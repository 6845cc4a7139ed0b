import { describe, expect, it } from 'vitest'
import { CONTENT } from '../fixture/fault-server.js'
import { faultServerPair, lastEntry } from '../fixture/fault-server-pair.js'
import { http2Responses } from '../fixture/http2-responses.js'
import { tlsWire } from '../fixture/tls-wire.js'

const servers = faultServerPair()

const requestOf = (fault: string, path = '/f', fields = '') =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nLastbyte-Fault: ${fault}\r\n${fields}\r\n`

describe('The fault no-close-notify', () => {
  it('is needed for a TLS connection to close without the alert', async () => {
    const { hasAlert, ended } = await tlsWire(
      servers.secure.server.port,
      'GET /g HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect([hasAlert, ended]).toEqual([true, 'fin'])
  })

  it.each([
    ['a kept connection', 'no-close-notify', '/g', '', 'another file'],
    ['a connection that closes', 'no-close-notify', '/g', 'Connection: close\r\n', 'another file'],
    ['a body without framing', 'until-close, no-close-notify', '/g', '', 'another file'],
    ['a large body', 'no-close-notify', '/f', '', CONTENT.toString('latin1')],
  ])('closes %s with FIN alone after the body', async (_what, fault, path, fields, body) => {
    const wire = await tlsWire(servers.secure.server.port, requestOf(fault, path, fields))
    expect([wire.hasAlert, wire.ended]).toEqual([false, 'fin'])
    expect(wire.text).toMatch(/^HTTP\/1\.1 200 /)
    expect(wire.text.endsWith(`\r\n\r\n${body}`)).toBe(true)
    expect(await lastEntry(servers.secure)).toMatchObject({
      outcome: 'injected',
      ended: 'complete',
    })
  })

  it('is not applicable to plain TCP and to HTTP/2', async () => {
    const { ended } = await servers.plain.request({ 'lastbyte-fault': 'no-close-notify' })
    expect(ended).toBe('open')
    expect(await lastEntry(servers.plain)).toMatchObject({ outcome: 'not applicable' })
    await using client = http2Responses(servers.secure.server.url)
    await client.request('/g', { 'lastbyte-fault': 'no-close-notify' })
    expect(await lastEntry(servers.secure)).toMatchObject({ outcome: 'not applicable' })
  })
})

describe('The fault desync', () => {
  it.each([
    ['200', 'GET', '/g', {}, 'another file'],
    ['206', 'GET', '/g', { range: 'bytes=0-6' }, 'another'],
    ['200 to HEAD', 'HEAD', '/g', {}, ''],
    ['304', 'GET', '/g', { 'if-none-match': '*' }, ''],
  ])(
    'sends bytes behind a %s, before the next response',
    async (_what, method, path, fields, body) => {
      using client = servers.plain.client()
      client.socket.cork()
      client.request(path, { 'lastbyte-fault': 'desync;length=5', ...fields }, method)
      client.request('/g', { connection: 'close' })
      client.socket.uncork()
      const { body: rest, fields: head } = await client.closed()
      const text = rest.toString('latin1')
      expect(head.connection).toBe('keep-alive')
      expect(text.startsWith(body)).toBe(true)
      const next = text.slice(body.length)
      expect(next.indexOf('HTTP/1.1 200 OK')).toBe(5)
      expect(next.endsWith('another file')).toBe(true)
      expect(await lastEntry(servers.plain)).toMatchObject({
        outcome: 'injected',
        ended: 'complete',
      })
    },
  )

  it('sends bytes behind the last response of a connection', async () => {
    const { body } = await servers.plain.requestWithFault('desync;length=5', {}, { path: '/g' })
    expect(body.toString('latin1')).toHaveLength('another file'.length + 5)
  })

  it('is not applicable to HTTP/2', async () => {
    await using client = http2Responses(servers.secure.server.url)
    const { body } = await client.request('/g', { 'lastbyte-fault': 'desync' })
    expect(body.toString()).toBe('another file')
    expect(await lastEntry(servers.secure)).toMatchObject({ outcome: 'not applicable' })
  })
})

describe('The fault etag-flip', () => {
  it('has one ETag for each connection', async () => {
    const rule = servers.plain.faults.arm({ fault: { kind: 'etag-flip', per: 'connection' } })
    const tagsOf = async () => {
      using client = servers.plain.client()
      client.request('/g')
      const first = await client.response()
      client.request('/g', { connection: 'close' })
      const { body } = await client.closed()
      const second = /^etag: (.*)\r$/im.exec(body.toString('latin1'))?.[1]
      return [first.fields.etag, second]
    }
    const [one, other] = [await tagsOf(), await tagsOf()]
    expect(one[0]).toBe(one[1])
    expect(other[0]).toBe(other[1])
    expect(other[0]).not.toBe(one[0])
    rule.disarm()
  })
})
