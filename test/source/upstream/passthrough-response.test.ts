import { describe, expect, it } from 'vitest'
import {
  passedFields,
  passthroughResponse,
} from '../../../src/source/upstream/passthrough-response.js'
import { settleUpstream } from '../../../src/source/upstream/upstream-options.js'
import { FakeBody, headOf, textAndError } from '../../fixture/bodies.js'

const us = settleUpstream({ origin: 'http://origin.example', name: 'us', stall: 30 })
const { signal } = new AbortController()

function responseWith(status: number, fields: Record<string, string>, body = new FakeBody()) {
  const url = new URL('http://origin.example//evil.example')
  return { ...headOf(status, fields), fields, httpVersion: '1.1', body, url, path: url.pathname }
}

describe('passedFields', () => {
  it('leaves out the fields of the connection, Content-Length and those that are named', () => {
    const fields = {
      'content-type': 'text/plain',
      'content-length': '5',
      connection: 'close, x-hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      etag: '"a"',
    }
    expect(passedFields(responseWith(200, fields), us, ['etag'])).toEqual({
      'content-type': 'text/plain',
      via: '1.1 us',
    })
  })

  it('passes on no Location that repeats the path of the request as a reference to a host', () => {
    const location = (sent: string) =>
      passedFields(responseWith(301, { location: sent }), us).location
    expect(location('//evil.example/')).toBe('/.//evil.example/')
    expect(location('https://cdn.example/')).toBe('https://cdn.example/')
  })

  it('adds this server to Via', () => {
    expect(passedFields(responseWith(200, { via: '1.1 them' }), us).via).toBe('1.1 them, 1.1 us')
  })
})

describe('passthroughResponse', () => {
  it('has the status, the length and the body', async () => {
    const fields = { 'content-length': '3' }
    const passed = passthroughResponse(responseWith(404, fields, new FakeBody('abc')), us)
    expect([passed.status, passed.length, passed.fields]).toEqual([404, 3, { via: '1.1 us' }])
    expect(await textAndError(passed.read(signal))).toMatchObject({ text: 'abc', error: undefined })
  })

  it.each([
    [499, undefined],
    [500, 'us;received-status=500'],
    [503, 'us;received-status=503'],
  ])('of status %i has Proxy-Status %s', (status, expected) => {
    expect(passthroughResponse(responseWith(status, {}), us).fields['proxy-status']).toBe(expected)
  })

  it.each<[string, Record<string, string>, FakeBody, string]>([
    ['ends before Content-Length', { 'content-length': '5' }, new FakeBody('abc'), 'SOURCE_SHORT'],
    ['breaks off without a length', {}, new FakeBody('abc', new Error('reset')), 'SOURCE_FAILED'],
    [
      'breaks off with a length',
      { 'content-length': '5' },
      new FakeBody('abc', new Error('reset')),
      'SOURCE_FAILED',
    ],
    ['stalls without a length', {}, new FakeBody('abc', 'hang'), 'SOURCE_TIMEOUT'],
    [
      'stalls with a length',
      { 'content-length': '5' },
      new FakeBody('abc', 'hang'),
      'SOURCE_TIMEOUT',
    ],
  ])('throws where the body %s, and releases it', async (_how, fields, body, code) => {
    const { text, error } = await textAndError(
      passthroughResponse(responseWith(200, fields, body), us).read(signal),
    )
    expect(text).toBe('abc')
    expect(error).toMatchObject({ code })
    expect(body.released).toBeGreaterThan(0)
  })

  it.each<[string, Record<string, string>, number[], string]>([
    [
      'a growing file that has more',
      { 'content-range': 'bytes 7-9007199254740991/*' },
      [10, 10],
      'SOURCE_TIMEOUT',
    ],
    ['a part', { 'content-range': 'bytes 7-9/*' }, [], 'SOURCE_TIMEOUT'],
  ])('asks at a stall whether it is one: of %s', async (_what, fields, asked, code) => {
    const positions: number[] = []
    const isQuiet = async (position: number) => positions.push(position) < 2
    const body = new FakeBody('abc', 'hang')
    const passed = passthroughResponse(responseWith(206, fields, body), us, isQuiet)
    const { text, error } = await textAndError(passed.read(signal))
    expect([text, positions]).toEqual(['abc', asked])
    expect(error).toMatchObject({ code })
  })

  it('reads a body without a length to its end', async () => {
    const passed = passthroughResponse(responseWith(200, {}, new FakeBody('ab', 'c')), us)
    expect(await textAndError(passed.read(signal))).toEqual({ text: 'abc', error: undefined })
  })

  it("rejects with the signal's reason while the body hangs", async () => {
    const controller = new AbortController()
    const passed = passthroughResponse(responseWith(200, {}, new FakeBody('hang')), us)
    const reading = textAndError(passed.read(controller.signal))
    controller.abort(new Error('aborted'))
    expect((await reading).error?.message).toBe('aborted')
  })

  it('releases a body that was not read when it is closed', async () => {
    const body = new FakeBody('abc')
    await passthroughResponse(responseWith(200, {}, body), us).close()
    expect(body.released).toBe(1)
  })
})
