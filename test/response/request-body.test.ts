import { EventEmitter } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { bodyFraming, endRequestBody } from '../../src/response/request-body.js'

const requestOf = (headers: Record<string, string>, raw: object = {}) =>
  ({ headers, raw }) as unknown as FastifyRequest

const replyTo = (raw: object) => ({ request: { raw } }) as unknown as FastifyReply

describe('bodyFraming', () => {
  const open = { stream: { endAfterHeaders: false } }
  const ended = { stream: { endAfterHeaders: true } }

  it.each([
    ['HTTP/1.1 without a body', {}, {}, undefined],
    ['HTTP/1.1 with a length', { 'content-length': '5' }, {}, { 'content-length': '5' }],
    ['HTTP/1.1 with length 0', { 'content-length': '0' }, {}, { 'content-length': '0' }],
    [
      'HTTP/1.1 in chunks',
      { 'transfer-encoding': 'chunked' },
      {},
      { 'transfer-encoding': 'chunked' },
    ],
    ['HTTP/2 without a body', {}, ended, undefined],
    ['HTTP/2 with a length', { 'content-length': '5' }, open, { 'content-length': '5' }],
    ['HTTP/2 without a length', {}, open, { 'transfer-encoding': 'chunked' }],
  ])('returns the framing field for %s', (_what, headers, raw, framing) => {
    expect(bodyFraming(requestOf(headers, raw))).toEqual(framing)
  })
})

describe('endRequestBody', () => {
  it('returns no field when the request body has arrived', () => {
    expect(endRequestBody(replyTo({ complete: true }))).toEqual({})
  })

  it('returns Connection: close for HTTP/1.1 when the request body has not arrived', () => {
    expect(endRequestBody(replyTo({ complete: false }))).toEqual({ connection: 'close' })
  })

  it('resets a stream of HTTP/2 with NO_ERROR when the response has been sent', () => {
    const stream = Object.assign(new EventEmitter(), { close: vi.fn() })
    expect(endRequestBody(replyTo({ complete: false, stream }))).toEqual({})
    expect(stream.close).not.toHaveBeenCalled()
    stream.emit('finish')
    expect(stream.close).toHaveBeenCalledWith(0)
  })
})
