import { describe, expect, it } from 'vitest'
import {
  decodeLastEventId,
  formatStreamId,
  isTerminalId,
  parseStreamId,
  terminalId,
} from '../../src/http/stream-id.js'

describe('parseStreamId', () => {
  it.each<[string, ReturnType<typeof parseStreamId>]>([
    ['"a;events":0', { kind: 'position', etag: '"a;events"', offset: 0 }],
    ['"a:b":17', { kind: 'position', etag: '"a:b"', offset: 17 }],
    ['"a":17:end', { kind: 'ended' }],
    [':failed', { kind: 'ended' }],
    ['"a":', { kind: 'malformed' }],
    ['"a":-1', { kind: 'malformed' }],
    ['"a":9999999999999999', { kind: 'malformed' }],
    ['W/"a":1', { kind: 'malformed' }],
    ['a:1', { kind: 'malformed' }],
    ['', { kind: 'malformed' }],
  ])('parses %j', (id, position) => expect(parseStreamId(id)).toEqual(position))

  it('parses what formatStreamId writes, and isTerminalId finds what terminalId writes', () => {
    const id = formatStreamId('"x"', 5)
    expect(parseStreamId(id)).toEqual({ kind: 'position', etag: '"x"', offset: 5 })
    expect(isTerminalId(id)).toBe(false)
    expect(isTerminalId(terminalId(id, 'end'))).toBe(true)
    expect(isTerminalId(terminalId(id, 'failed'))).toBe(true)
  })
})

describe('decodeLastEventId (HTML §9.2.3)', () => {
  it.each<[string | string[] | undefined, string | undefined]>([
    [undefined, undefined],
    ['', undefined],
    [['a'], undefined],
    ['a', 'a'],
    [Buffer.from('é☃').toString('latin1'), 'é☃'],
  ])('decodes the header field %j', (field, id) => expect(decodeLastEventId(field)).toBe(id))
})
