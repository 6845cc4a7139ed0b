import { EventEmitter } from 'node:events'
<<<<<<< HEAD
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
=======
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
  ])('frames the body of %s', (_what, headers, raw, framing) => {
    expect(bodyFraming(requestOf(headers, raw))).toEqual(framing)
>>>>>>> 48efb2a (test: direct tests of each module of the command and of lastbyte/testing)
  })
})

describe('endRequestBody', () => {
<<<<<<< HEAD
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
=======
  it('needs no field when the body has arrived', () => {
    expect(endRequestBody(replyTo({ complete: true }))).toEqual({})
  })

  it('closes a connection of HTTP/1.1 whose body has not arrived', () => {
    expect(endRequestBody(replyTo({ complete: false }))).toEqual({ connection: 'close' })
  })

  it('resets a stream of HTTP/2 with NO_ERROR when the response is out', () => {
    const stream = Object.assign(new EventEmitter(), { close: vi.fn() })
    expect(endRequestBody(replyTo({ complete: false, stream }))).toEqual({})
    expect(stream.close).not.toHaveBeenCalled()
    stream.emit('finish')
    expect(stream.close).toHaveBeenCalledWith(0)
>>>>>>> 48efb2a (test: direct tests of each module of the command and of lastbyte/testing)
  })
})
