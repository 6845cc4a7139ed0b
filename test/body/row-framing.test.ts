import { describe, expect, it } from 'vitest'
import { RowFraming } from '../../src/body/row-framing.js'
import { StreamError } from '../../src/http/stream-error.js'

const NOW = Date.UTC(2026, 0, 1)

describe('RowFraming', () => {
  it('is NDJSON without an opening, and with a heartbeat of its own', () => {
    const { contentType, opening, heartbeat } = new RowFraming(() => NOW)
    expect({ contentType, opening }).toEqual({ contentType: 'application/x-ndjson', opening: '' })
    expect(heartbeat).toBe('{"type":"heartbeat"}\n')
  })

  it.each([
    { row: { a: [1, null] }, json: '{"a":[1,null]}' },
    { row: null, json: 'null' },
    { row: 0, json: '0' },
    { row: '', json: '""' },
    { row: 'a\r\n\u2028b', json: '"a\\r\\n\u2028b"' },
    { row: { toJSON: () => 'x' }, json: '"x"' },
  ])('serializes a row as $json on one line', ({ row, json }) => {
    expect(new RowFraming(() => NOW).frame(row)).toBe(`{"type":"data","offset":0,"row":${json}}\n`)
  })

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['bytes', new Uint8Array(2)],
    ['a value whose JSON is undefined', { toJSON: () => undefined }],
  ])('throws BAD_EVENT for %s', (_what, row) => {
    const refused = expect.objectContaining({ code: 'BAD_EVENT', facts: { member: 'row' } })
    expect(() => new RowFraming(() => NOW).frame(row)).toThrow(refused)
  })

  it('counts the serialized rows in each offset and in the terminal frame', () => {
    const framing = new RowFraming(() => NOW)
    framing.frame(1)
    expect(() => framing.frame(undefined)).toThrow()
    expect(framing.frame(2)).toContain('"offset":1')
    expect(framing.end()).toBe('{"type":"end","size":2}\n')
  })

  it('describes a failure in an error frame', () => {
    const framing = new RowFraming(() => NOW)
    framing.frame(1)
    framing.flushed()
    framing.frame('not sent')
    const error = {
      ...{ type: 'quota', message: 'Quota exceeded', code: 429, retryable: true },
      ...{ timestamp: '2026-01-01T00:00:00.000Z', offset: 1 },
    }
    const thrown = new StreamError({ type: 'quota', status: 429, retryable: true }, error.message)
    expect(JSON.parse(framing.failure(thrown))).toEqual({ type: 'error', error })
  })

  it('marks an unknown error as not retryable: rows have no ids to resume at', () => {
    const { error } = JSON.parse(new RowFraming(() => NOW).failure(new Error('internal')))
    expect(error).toMatchObject({ retryable: false, message: 'The source failed.' })
  })
})
