import { Readable } from 'node:stream'
import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { sendFailure, sendProblem } from '../../src/response/problem-response.js'
import { applicationWith } from '../fixture/application.js'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

async function responseTo(handle: (reply: FastifyReply) => FastifyReply) {
  const app = Fastify()
  app.get('/*', (_request, reply) => handle(reply))
  const response = await app.inject('/secret?query')
  await app.close()
  return response
}

describe('sendProblem', () => {
  it('sends problem details with the fields that the status requires (RFC 9457)', async () => {
    const response = await responseTo((reply) => sendProblem(reply, 405, 'No.', { allow: 'GET' }))
    expect(response.statusCode).toBe(405)
    expect(response.headers).toMatchObject({
      allow: 'GET',
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
      'content-length': String(response.rawPayload.length),
    })
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Method Not Allowed',
      status: 405,
      detail: 'No.',
    })
  })

  it('removes the representation fields that the application has set, and keeps the others', async () => {
    const dropped = {
      etag: '"a"',
      'last-modified': 'now',
      'content-disposition': 'attachment',
      'content-encoding': 'br',
      'repr-digest': 'd',
    }
    const kept = { 'x-own': 'own', 'set-cookie': 'a=1', vary: 'Origin' }
    const { headers } = await responseTo((reply) =>
      sendProblem(reply.headers({ ...dropped, ...kept, 'cache-control': 'public' }), 404),
    )
    expect(headers['cache-control']).toBe('no-store')
    expect(headers).toMatchObject({ 'x-own': 'own', 'set-cookie': 'a=1', vary: 'Origin' })
    for (const name of Object.keys(dropped)) expect(headers[name]).toBeUndefined()
  })
})

describe('A problem whose payload an onSend hook replaces', () => {
  it.each<[string, (payload: unknown) => unknown, string]>([
    ['by a text', () => 'replaced', 'replaced'],
    ['by a stream', () => Readable.from(['rep', 'laced']), 'replaced'],
  ])('%s is sent with the Content-Length of the new payload', async (_how, replace, text) => {
    using folder = new Folder({ f: 'f' })
    await using app = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.addHook('onSend', async (_request, _reply, payload) => replace(payload))
      app.get('/send', (_request, reply) => reply.sendFile('f'))
    })
    using client = new RawClient(app.port)
    client.request('/send', { Range: 'bytes=9-', Connection: 'close' })
    const { status, fields, body } = await client.closed()
    expect(status).toBe(416)
    const sent = fields['transfer-encoding']
      ? decodeChunked(body).bytes.toString()
      : body.toString()
    expect(sent).toBe(text)
    expect(fields['content-length'] ?? String(text.length)).toBe(String(text.length))
  })
})

describe('sendFailure', () => {
  it('sends the status of the error without its message', async () => {
    const error = new LastbyteError('SOURCE_TIMEOUT', 'at /secret/path')
    const response = await responseTo((reply) => sendFailure(reply, error))
    expect([response.statusCode, response.body.includes('secret')]).toEqual([504, false])
  })

  it.each(['ERR_INVALID_CHAR', 'ERR_HTTP_INVALID_HEADER_VALUE'])(
    'removes every field of the application after the error %s, since one of them can’t be sent',
    async (code) => {
      const response = await responseTo((reply) =>
        sendFailure(reply.header('x-bad', 'a\nb'), Object.assign(new TypeError('bad'), { code })),
      )
      expect([response.statusCode, response.headers['x-bad']]).toEqual([500, undefined])
    },
  )
})
