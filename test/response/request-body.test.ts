import { EventEmitter } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { bodyFraming, endRequestBody, trailerFields } from '../../src/response/request-body.js'

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
    [
      'HTTP/1.1 with a coding of its own',
      { 'transfer-encoding': 'gzip, chunked' },
      {},
      { 'transfer-encoding': 'gzip, chunked' },
    ],
    ['HTTP/2 without a body', {}, ended, undefined],
    ['HTTP/2 with a length', { 'content-length': '5' }, open, { 'content-length': '5' }],
    ['HTTP/2 without a length', {}, open, { 'transfer-encoding': 'chunked' }],
  ])('returns the framing field for %s', (_what, headers, raw, framing) => {
    expect(bodyFraming(requestOf(headers, raw))).toEqual(framing)
  })
})

describe('trailerFields', () => {
  const chunked = { 'transfer-encoding': 'chunked' }

  it.each([
    ['the Trailer of a body in chunks', { ...chunked, trailer: 'x' }, 1, { trailer: 'x' }],
    ['no Trailer of a body with a length', { 'content-length': '1', trailer: 'x' }, 1, {}],
    ['no Trailer without a body', { trailer: 'x' }, 1, {}],
    [
      'TE, sent anew',
      { te: 'trailers', connection: 'a, TE' },
      1,
      { te: 'trailers', connection: 'TE' },
    ],
    ['no TE that Connection does not name', { te: 'trailers', connection: 'close' }, 1, {}],
    ['no TE for transfer codings', { te: 'gzip', connection: 'te' }, 1, {}],
    ['TE of HTTP/2', { te: 'trailers' }, 2, { te: 'trailers', connection: 'TE' }],
  ])('has %s', (_what, headers, httpVersionMajor, fields) => {
    const stream = httpVersionMajor === 2 ? { endAfterHeaders: true } : undefined
    const raw = { httpVersionMajor, ...(stream && { stream }) }
    expect(trailerFields(requestOf(headers as Record<string, string>, raw))).toEqual(fields)
  })
})

describe('endRequestBody', () => {
  it('returns no field when the request body has arrived', () => {
    expect(endRequestBody(replyTo({ complete: true }))).toEqual({})
  })

  it('returns Connection: close for HTTP/1.1 when the request body has not arrived', () => {
    const raw = { complete: false, socket: new EventEmitter() }
    expect(endRequestBody(replyTo(raw))).toEqual({ connection: 'close' })
    expect(raw.socket).toHaveProperty('destroySoon')
  })

  it('resets a stream of HTTP/2 with NO_ERROR when the response has been sent', () => {
    const stream = Object.assign(new EventEmitter(), { close: vi.fn() })
    expect(endRequestBody(replyTo({ complete: false, stream }))).toEqual({})
    expect(stream.close).not.toHaveBeenCalled()
    stream.emit('finish')
    expect(stream.close).toHaveBeenCalledWith(0)
  })
})
