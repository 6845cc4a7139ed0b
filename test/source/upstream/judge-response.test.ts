import { describe, expect, it } from 'vitest'
import {
  isFinalStatus,
  judgeFirst,
  lengthOf,
  type PinnedVersion,
  requireSame,
} from '../../../src/source/upstream/judge-response.js'
import { headOf } from '../../fixture/bodies.js'

const NOW = Date.UTC(2026, 0, 1)
const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT'
const OLD = 'Wed, 31 Dec 2025 23:59:00 GMT'
const part = (contentRange: string, fields: Record<string, string> = {}) =>
  headOf(206, { 'content-range': contentRange, etag: '"a"', ...fields })

describe('judgeFirst without a range', () => {
  it.each([
    [
      'a 200 with a length',
      headOf(200, { 'content-length': '9', etag: '"a"' }),
      {
        kind: 'bytes',
        slice: { start: 0, end: 9 },
        version: { size: 9, validator: { kind: 'strong', etag: '"a"' } },
      },
    ],
    [
      'a 200 with a weak tag',
      headOf(200, { 'content-length': '9', etag: 'W/"a"' }),
      {
        kind: 'bytes',
        version: { validator: { kind: 'weak', field: 'W/"a"' }, weakTag: 'W/"a"' },
      },
    ],
    ['a 200 without a length', headOf(200, { etag: '"a"' }), { kind: 'pass-through' }],
    [
      'a 200 with a length that is none',
      headOf(200, { 'content-length': '9x' }),
      { kind: 'pass-through' },
    ],
    [
      'a 200 with a coding',
      headOf(200, { 'content-length': '9', 'content-encoding': 'gzip' }),
      {
        kind: 'pass-through',
      },
    ],
    [
      'a 200 with identity',
      headOf(200, { 'content-length': '9', 'content-encoding': ' Identity ' }),
      {
        kind: 'bytes',
      },
    ],
    ['a 206 that nothing asked for', part('bytes 0-8/9'), { kind: 'invalid' }],
    ['a 404', headOf(404), { kind: 'absent' }],
    ['a 503', headOf(503, { 'retry-after': '7' }), { kind: 'later', after: 7000 }],
    ['a 429, which concerns the client', headOf(429), { kind: 'pass-through' }],
    ['a 304', headOf(304), { kind: 'pass-through' }],
    ['a 302', headOf(302), { kind: 'pass-through' }],
    ['a 501', headOf(501), { kind: 'pass-through' }],
  ])('judges %s', (_what, head, verdict) => {
    expect(judgeFirst(head, undefined, NOW)).toMatchObject(verdict)
  })
})

describe('judgeFirst with bytes=2-5', () => {
  it.each([
    [
      'the part',
      part('bytes 2-5/9'),
      { kind: 'bytes', slice: { start: 2, end: 6 }, version: { size: 9, ranges: 'bytes' } },
    ],
    [
      'less than the part by an old date',
      part('bytes 2-3/9', { etag: 'W/"a"', 'last-modified': OLD, date: DATE }),
      { kind: 'bytes', version: { validator: { kind: 'date', lastModified: OLD } } },
    ],
    ['less than the part', part('bytes 2-3/9'), { kind: 'bytes', slice: { start: 2, end: 4 } }],
    [
      'less than the part without a strong tag',
      part('bytes 2-3/9', { etag: 'W/"a"' }),
      {
        kind: 'pass-through',
      },
    ],
    [
      'the part without a strong tag',
      part('bytes 2-5/9', { etag: 'W/"a"' }),
      {
        kind: 'bytes',
        version: { validator: { kind: 'weak', field: 'W/"a"' }, weakTag: 'W/"a"' },
      },
    ],
    ['the part of an unknown size', part('bytes 2-5/*'), { kind: 'pass-through' }],
    ['more than the part', part('bytes 2-6/9'), { kind: 'invalid' }],
    ['another start', part('bytes 1-5/9'), { kind: 'invalid' }],
    ['another length', part('bytes 2-5/9', { 'content-length': '5' }), { kind: 'invalid' }],
    ['no Content-Range', headOf(206), { kind: 'invalid', why: 'Content-Range (none)' }],
    [
      'the whole',
      headOf(200, { 'content-length': '9' }),
      { kind: 'bytes', slice: { start: 0, end: 9 } },
    ],
    ['a 416', headOf(416, { 'content-range': 'bytes */2' }), { kind: 'pass-through' }],
  ])('judges %s', (_what, head, verdict) => {
    expect(judgeFirst(head, 'bytes=2-5', NOW)).toMatchObject(verdict)
  })
})

describe('requireSame', () => {
  const slice = { start: 2, end: 6 }
  const pinned: PinnedVersion = {
    validator: { kind: 'strong', etag: '"a"' },
    weakTag: undefined,
    size: 9,
    ranges: 'bytes',
  }
  const dated: PinnedVersion = {
    ...pinned,
    validator: { kind: 'date', lastModified: OLD },
    weakTag: 'W/"a"',
  }
  const ofDate = (fields: Record<string, string> = {}) =>
    part('bytes 2-5/9', { etag: 'W/"a"', 'last-modified': OLD, ...fields })

  it('accepts exactly the requested bytes of the version', () => {
    expect(requireSame(part('bytes 2-5/9'), pinned, slice, NOW)).toBe('part')
    expect(requireSame(ofDate(), dated, slice, NOW)).toBe('part')
  })

  it('accepts the whole version of an origin that does not say that it has ranges', () => {
    const untold = { ...pinned, ranges: 'untold' } as const
    const whole = (length: string) => headOf(200, { etag: '"a"', 'content-length': length })
    expect(requireSame(whole('9'), untold, slice, NOW)).toBe('whole')
    expect(() => requireSame(whole('8'), untold, slice, NOW)).toThrow(/received/)
    expect(() => requireSame(headOf(200, { etag: '"a"' }), untold, slice, NOW)).toThrow(
      /expected 206/,
    )
  })

  it.each([
    ['another date', { 'last-modified': DATE }],
    ['no date', { 'last-modified': '' }],
    ['another weak tag', { etag: 'W/"b"' }],
    ['no tag', { etag: '' }],
    ['another total', { 'content-range': 'bytes 2-5/10' }],
  ])('throws for %s of a version by its date', (_what, fields) => {
    const changed = expect.objectContaining({ code: 'REPRESENTATION_CHANGED' })
    expect(() => requireSame(ofDate(fields), dated, slice, NOW)).toThrow(changed)
  })

  it.each([
    ['another tag', part('bytes 2-5/9', { etag: '"b"' }), 'REPRESENTATION_CHANGED'],
    ['a weak tag', part('bytes 2-5/9', { etag: 'W/"a"' }), 'REPRESENTATION_CHANGED'],
    ['another total', part('bytes 2-5/10'), 'REPRESENTATION_CHANGED'],
    ['a failed precondition', headOf(412), 'REPRESENTATION_CHANGED'],
    ['fewer bytes', part('bytes 2-4/9'), 'REFUSED'],
    ['more bytes', part('bytes 2-6/9'), 'REFUSED'],
    ['another start', part('bytes 3-5/9'), 'REFUSED'],
    ['the whole', headOf(200, { etag: '"a"', 'content-length': '9' }), 'REFUSED'],
    ['404', headOf(404), 'REFUSED'],
    ['503', headOf(503, { 'retry-after': '1' }), 'SOURCE_FAILED'],
  ])('throws for %s', (_what, head, code) => {
    const after = code === 'SOURCE_FAILED' ? { after: 1000 } : {}
    expect(() => requireSame(head, pinned, slice, NOW)).toThrow(
      expect.objectContaining({
        code,
        facts: expect.objectContaining({ offset: 2, status: head.status, ...after }),
      }),
    )
  })
})

describe('isFinalStatus', () => {
  it.each([
    [200, true],
    [599, true],
    [199, false],
    [600, false],
    [0, false],
    [999, false],
  ])('of %i is %s', (status, expected) => {
    expect(isFinalStatus(status)).toBe(expected)
    expect(judgeFirst(headOf(status), undefined, NOW).kind === 'no-status').toBe(!expected)
  })
})

describe('lengthOf', () => {
  it.each([
    ['0', 0],
    ['123', 123],
    [undefined, undefined],
    ['', undefined],
    ['-1', undefined],
    ['1, 1', undefined],
    ['9999999999999999', undefined],
  ])('of Content-Length %s is %s', (field, length) => {
    const fields = field === undefined ? undefined : { 'content-length': field }
    expect(lengthOf(headOf(200, fields))).toBe(length)
  })
})
