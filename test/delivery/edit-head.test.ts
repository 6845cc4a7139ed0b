import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, createServer as createServer2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { editHead } from '../../src/delivery/edit-head.js'
import type { ResponseHead } from '../../src/fault/fault.js'
import { RawClient } from '../fixture/raw-http.js'

type Edit = (head: ResponseHead) => void

/** What a client receives of a response of HTTP/1 with the body "hello" and these fields. */
async function http1(
  edit: Edit,
  fields: Record<string, string>,
  { method = 'GET', until = 'length' }: { method?: string; until?: 'length' | 'closed' } = {},
) {
  const server = createServer((_request, response) => {
    editHead(response, edit)
    response.writeHead(200, fields)
    response.write('hel')
    response.end('lo')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    using client = new RawClient((server.address() as AddressInfo).port)
    client.request('/', {}, method)
    return until === 'closed' ? await client.closed() : await client.response()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const LENGTH = { 'content-length': '5' }
const WITHOUT_LENGTH: Edit = (head) => head.remove('content-length')
const UNFRAMED: Edit = (head) => {
  head.remove('content-length')
  head.remove('transfer-encoding')
}

describe('editHead', () => {
  it('edits the fields that are set and passed, and those that Node adds', async () => {
    const seen: Record<string, boolean> = {}
    const { fields } = await http1(
      (head) => {
        for (const name of ['etag', 'date', 'connection', 'x-new']) seen[name] = head.has(name)
        head.set('etag', '"b"')
        head.set('x-new', '1')
        head.remove('date')
      },
      { ...LENGTH, etag: '"a"' },
    )
    expect(seen).toEqual({ etag: true, date: true, connection: true, 'x-new': false })
    expect(fields).toMatchObject({ etag: '"b"', 'x-new': '1', ...LENGTH })
    expect(fields.date).toBeUndefined()
  })

  it('lets a body without Content-Length be chunked', async () => {
    const { fields } = await http1(WITHOUT_LENGTH, LENGTH)
    expect(fields['transfer-encoding']).toBe('chunked')
    expect(fields['content-length']).toBeUndefined()
  })

  it('lets a body without any framing end with the connection', async () => {
    const { fields, body, ended } = await http1(UNFRAMED, LENGTH, { until: 'closed' })
    expect(fields['content-length'] ?? fields['transfer-encoding']).toBeUndefined()
    expect([body.toString(), ended]).toEqual(['hello', 'fin'])
  })

  it.each([
    ['more than the body has', '9', LENGTH, 'close'],
    ['set for a body of unknown length', '5', {}, 'close'],
    ['less than the body has', '3', LENGTH, 'keep-alive'],
    ['the length that the body has', '5', LENGTH, 'keep-alive'],
  ])(
    'an announced length that is %s keeps the end visible',
    async (_what, length, given, connection) => {
      const response = await http1((head) => head.set('content-length', length), given)
      expect(response.fields['content-length']).toBe(length)
      expect(response.fields.connection).toBe(connection)
      expect(response.body.toString()).toMatch(/^hel/)
    },
  )

  it('edits the head of a response without a body', async () => {
    const { fields, body } = await http1(WITHOUT_LENGTH, LENGTH, { method: 'HEAD' })
    expect(fields['content-length'] ?? fields['transfer-encoding']).toBeUndefined()
    expect(body).toHaveLength(0)
  })

  it('removes a Trailer field that Node would refuse beside a Content-Length', async () => {
    const { fields } = await http1((head) => head.set('content-length', '5'), { trailer: 'a' })
    expect(fields).toMatchObject(LENGTH)
    expect(fields.trailer).toBeUndefined()
  })

  it('removes a Trailer field that Node would refuse in a body without framing', async () => {
    const { fields, body } = await http1(UNFRAMED, { trailer: 'a' }, { until: 'closed' })
    expect(fields.trailer).toBeUndefined()
    expect(body.toString()).toBe('hello')
  })

  it('edits the head of HTTP/2, where fields of the connection are left out', async () => {
    const server = createServer2((_request, response) => {
      editHead(response, (head) => {
        expect([head.has('date'), head.has('connection')]).toEqual([true, false])
        head.remove('content-length')
        head.remove('date')
        head.set('etag', '"b"')
        head.set('connection', 'close')
        head.set('transfer-encoding', 'chunked')
      })
      response.setHeader('content-length', '5')
      response.end('hello')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    try {
      const stream = session.request({ ':path': '/' })
      const [fields] = await once(stream, 'response')
      expect(fields.etag).toBe('"b"')
      for (const name of ['content-length', 'date', 'connection', 'transfer-encoding']) {
        expect(fields[name]).toBeUndefined()
      }
      let body = ''
      for await (const chunk of stream) body += chunk
      expect(body).toBe('hello')
    } finally {
      session.close()
      server.close()
    }
  })
})
