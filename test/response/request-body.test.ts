import { EventEmitter } from 'node:events'
import { constants } from 'node:http2'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { bodyFraming, endRequestBody } from '../../src/response/request-body.js'

const requestWith = (headers: object, raw: object = {}) =>
  ({ headers, raw }) as unknown as FastifyRequest

describe('bodyFraming', () => {
  it.each<[string, FastifyRequest, object | undefined]>([
    ['no body', requestWith({}), undefined],
    ['a length', requestWith({ 'content-length': '5' }), { 'content-length': '5' }],
    ['a length of 0', requestWith({ 'content-length': '0' }), { 'content-length': '0' }],
    ['chunks', requestWith({ 'transfer-encoding': 'chunked' }), { 'transfer-encoding': 'chunked' }],
    ['HTTP/2 without a body', requestWith({}, { stream: { endAfterHeaders: true } }), undefined],
    [
      'HTTP/2 with a body of unknown length',
      requestWith({}, { stream: { endAfterHeaders: false } }),
      { 'transfer-encoding': 'chunked' },
    ],
    [
      'HTTP/2 with a length',
      requestWith({ 'content-length': '5' }, { stream: { endAfterHeaders: false } }),
      { 'content-length': '5' },
    ],
  ])('of a request with %s', (_what, request, expected) => {
    expect(bodyFraming(request)).toEqual(expected)
  })
})

describe('endRequestBody', () => {
  const replyTo = (raw: object) => ({ request: { raw } }) as unknown as FastifyReply

  it('needs no field where the whole body has arrived', () => {
    expect(endRequestBody(replyTo({ complete: true }))).toEqual({})
  })

  it('closes an HTTP/1.1 connection whose request body has not arrived (RFC 9112 §9.3)', () => {
    expect(endRequestBody(replyTo({ complete: false }))).toEqual({ connection: 'close' })
  })

  it('resets an HTTP/2 stream with NO_ERROR once the response is sent (RFC 9113 §8.1)', () => {
    const codes: number[] = []
    const stream = Object.assign(new EventEmitter(), { close: (code: number) => codes.push(code) })
    expect(endRequestBody(replyTo({ complete: false, stream }))).toEqual({})
    expect(codes).toEqual([])
    stream.emit('finish')
    expect(codes).toEqual([constants.NGHTTP2_NO_ERROR])
  })
})
