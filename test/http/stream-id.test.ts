import { describe, expect, it } from 'vitest'
import {
  formatStreamId,
  isTerminalId,
  lastEventIdOf,
  parseStreamId,
  terminalId,
} from '../../src/http/stream-id.js'

describe('parseStreamId', () => {
  it.each<[string, ReturnType<typeof parseStreamId>]>([
    ['"a;events":0', { kind: 'place', etag: '"a;events"', offset: 0 }],
    ['"a:b":17', { kind: 'place', etag: '"a:b"', offset: 17 }],
    ['"a":17:end', { kind: 'over' }],
    [':failed', { kind: 'over' }],
    ['"a":', { kind: 'malformed' }],
    ['"a":-1', { kind: 'malformed' }],
    ['"a":9999999999999999', { kind: 'malformed' }],
    ['W/"a":1', { kind: 'malformed' }],
    ['a:1', { kind: 'malformed' }],
    ['', { kind: 'malformed' }],
  ])('%j', (id, place) => expect(parseStreamId(id)).toEqual(place))

  it('reads what formatStreamId writes', () => {
    const id = formatStreamId('"x"', 5)
    expect(parseStreamId(id)).toEqual({ kind: 'place', etag: '"x"', offset: 5 })
    expect(isTerminalId(id)).toBe(false)
    expect(isTerminalId(terminalId(id, 'end'))).toBe(true)
    expect(isTerminalId(terminalId(id, 'failed'))).toBe(true)
  })
})

describe('lastEventIdOf', () => {
  it.each<[string | string[] | undefined, string | undefined]>([
    [undefined, undefined],
    ['', undefined],
    [['a'], undefined],
    ['a', 'a'],
    [Buffer.from('é☃').toString('latin1'), 'é☃'],
  ])('%j', (field, id) => expect(lastEventIdOf(field)).toBe(id))
})
