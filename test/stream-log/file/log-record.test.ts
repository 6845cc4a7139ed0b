import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeRecord,
  encodeRecord,
  type LogRecord,
} from '../../../src/stream-log/file/log-record.js'

const header = { key: 'k', epochs: [{ tag: 'aaaaaaaa', first: 1, claim: 1 }], first: 1, at: 5 }
const RECORDS: LogRecord[] = [
  { kind: 'event', text: 'data: ä\n\n', own: '7' },
  { kind: 'event', text: '\n', own: undefined },
  { kind: 'header', header },
  { kind: 'ended', ending: { kind: 'stopped' } },
  {
    kind: 'paused',
    failure: { type: 'busy', message: 'Busy', code: 503, retryable: true },
  },
]

describe('a record of a log', () => {
  it.each(RECORDS)('is read as it was written: $kind', (record) => {
    const bytes = encodeRecord(record)
    const decoded = { kind: 'record', record, end: bytes.length }
    expect(decodeRecord(bytes, 0)).toEqual(decoded)
    const behind = Buffer.concat([Buffer.from('abc'), bytes, Buffer.from('x')])
    expect(decodeRecord(behind, 3)).toEqual({ ...decoded, end: bytes.length + 3 })
  })

  it.each(RECORDS)('is incomplete at each byte before its end: $kind', (record) => {
    const bytes = encodeRecord(record)
    for (let end = 0; end < bytes.length; end += 1) {
      expect(decodeRecord(bytes.subarray(0, end), 0).kind).toBe('incomplete')
    }
  })

  it('is corrupt with any flipped bit behind its length', () => {
    const bytes = encodeRecord(RECORDS[0] as LogRecord)
    fc.assert(
      fc.property(fc.integer({ min: 32, max: bytes.length * 8 - 1 }), (bit) => {
        const flipped = Buffer.from(bytes)
        const at = bit >> 3
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7))
        expect(decodeRecord(flipped, 0).kind).toBe('corrupt')
      }),
    )
  })

  it('is corrupt where a file has only zeros', () => {
    expect(decodeRecord(Buffer.alloc(64), 0)).toEqual({ kind: 'corrupt' })
  })
})
