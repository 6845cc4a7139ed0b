import { describe, expect, it } from 'vitest'
import { addVia, endToEnd, impersonal } from '../../src/http/forwarding.js'

describe('what goes on to the next server', () => {
  it('is not what holds for one connection (RFC 9110 §7.6.1)', () => {
    const fields = {
      connection: 'close, X-One , x-two',
      'keep-alive': 'timeout=5',
      te: 'trailers',
      'transfer-encoding': 'chunked',
      upgrade: 'h2c',
      'proxy-authorization': 'Basic x',
      'x-one': '1',
      'x-two': '2',
      ':path': '/',
      absent: undefined,
      host: 'a',
      etag: '"x"',
      'set-cookie': ['a', 'b'],
    }
    expect(endToEnd(fields, ['host'])).toEqual({ etag: '"x"', 'set-cookie': ['a', 'b'] })
    expect(endToEnd({ host: 'a' })).toEqual({ host: 'a' })
  })

  it('nor, to another origin, what tells who asks', () => {
    const fields = {
      authorization: 'x',
      cookie: 'y',
      'x-token': 'z',
      range: 'bytes=0-',
      via: '1.1 a',
    }
    expect(impersonal(fields)).toEqual({ range: 'bytes=0-', via: '1.1 a' })
  })

  it('Via grows at its end (RFC 9110 §7.6.3)', () => {
    expect(addVia(undefined, '1.1', 'lastbyte')).toBe('1.1 lastbyte')
    expect(addVia('1.0 a, 1.1 b', '2.0', 'c')).toBe('1.0 a, 1.1 b, 2.0 c')
  })
})
