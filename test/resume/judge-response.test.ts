import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ResponseHead } from '../../src/http/response-head.js'
import {
  judgeResponse,
  type ResumeState,
  type Validator,
  validatorOf,
  weakTagOf,
} from '../../src/resume/judge-response.js'

const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'
const OLD = 'Sun, 06 Nov 1994 08:48:37 GMT'
const YOUNG = 'Sun, 06 Nov 1994 08:48:38 GMT'
const NOW = Date.UTC(1994, 10, 6, 8, 49, 37)
const STRONG: Validator = { kind: 'strong', etag: '"a"' }

const head = (status: number, fields: Record<string, string> = {}): ResponseHead => ({
  status,
  field: (name) => fields[name],
})
const part = (contentRange: string, fields: Record<string, string> = {}) =>
  head(206, { 'content-range': contentRange, etag: '"a"', ...fields })
const stateAt = (start: number, more: Partial<ResumeState> = {}): ResumeState => ({
  validator: STRONG,
  size: 1000,
  start,
  end: undefined,
  ...more,
})
const NOTHING: ResumeState = {
  validator: { kind: 'none' },
  size: undefined,
  start: 0,
  end: undefined,
}

describe('validatorOf (RFC 9110 §8.8)', () => {
  it.each<[string, Record<string, string>, Validator]>([
    ['a strong tag', { etag: '"a"', 'last-modified': OLD, date: DATE }, STRONG],
    ['a weak tag alone', { etag: 'W/"a"' }, { kind: 'weak', field: 'W/"a"' }],
    [
      'a weak tag and an old Last-Modified',
      { etag: 'W/"a"', 'last-modified': OLD, date: DATE },
      { kind: 'date', lastModified: OLD },
    ],
    [
      'a Last-Modified a minute older than Date',
      { 'last-modified': OLD, date: DATE },
      { kind: 'date', lastModified: OLD },
    ],
    [
      'a Last-Modified less than a minute older than Date',
      { 'last-modified': YOUNG, date: DATE },
      { kind: 'weak', field: YOUNG },
    ],
    ['a Last-Modified without Date', { 'last-modified': OLD }, { kind: 'weak', field: OLD }],
    [
      'a Last-Modified of 1970',
      { 'last-modified': 'Thu, 01 Jan 1970 00:00:01 GMT', date: DATE },
      { kind: 'weak', field: 'Thu, 01 Jan 1970 00:00:01 GMT' },
    ],
    [
      "the Last-Modified of npm's packages",
      { 'last-modified': 'Sat, 26 Oct 1985 08:15:00 GMT', date: DATE },
      { kind: 'weak', field: 'Sat, 26 Oct 1985 08:15:00 GMT' },
    ],
    ['a Last-Modified that is no date', { 'last-modified': 'yesterday' }, { kind: 'none' }],
    ['an ETag that is malformed', { etag: 'a' }, { kind: 'none' }],
    ['no validator', {}, { kind: 'none' }],
  ])('of %s', (_what, fields, validator) => {
    expect(validatorOf(head(200, fields), NOW)).toEqual(validator)
  })
})

describe('weakTagOf', () => {
  it.each([
    ['W/"a"', 'W/"a"'],
    ['"a"', undefined],
    ['a', undefined],
  ])('of ETag %s is %s', (etag, expected) => {
    expect(weakTagOf(head(200, { etag }))).toBe(expected)
  })
})

describe('judgeResponse, of a version by its date with a weak tag', () => {
  const dated = stateAt(5, { validator: { kind: 'date', lastModified: OLD }, weakTag: 'W/"a"' })
  it.each([
    [{ etag: 'W/"a"', 'last-modified': OLD }, 'append'],
    [{ etag: '"a"', 'last-modified': OLD }, 'append'],
    [{ etag: 'W/"b"', 'last-modified': OLD }, 'changed'],
    [{ 'last-modified': OLD, etag: '' }, 'changed'],
    [{ etag: 'W/"a"', 'last-modified': YOUNG }, 'changed'],
  ])('with %j is %s', (fields, kind) => {
    expect(judgeResponse(dated, part('bytes 5-999/1000', fields), NOW).kind).toBe(kind)
  })
})

describe('judgeResponse, of a pinned version of which nothing is known but its validator', () => {
  const pinned = (validator: Validator, weakTag?: string) =>
    stateAt(0, { validator, weakTag, size: undefined })
  const dated: Validator = { kind: 'date', lastModified: OLD }
  const young: Validator = { kind: 'weak', field: YOUNG }
  it.each<[string, ResumeState, Record<string, string>, string]>([
    ['its strong tag', pinned(STRONG), { etag: '"a"' }, 'whole'],
    ['another strong tag', pinned(STRONG), { etag: '"b"' }, 'changed'],
    ['its tag, but weak', pinned(STRONG), { etag: 'W/"a"' }, 'changed'],
    ['no tag', pinned(STRONG), {}, 'changed'],
    ['its date', pinned(dated), { 'last-modified': OLD }, 'whole'],
    ['another date', pinned(dated), { 'last-modified': YOUNG }, 'changed'],
    [
      'its date and another weak tag',
      pinned(dated, 'W/"a"'),
      { 'last-modified': OLD, etag: 'W/"b"' },
      'changed',
    ],
    ['its weak tag', pinned({ kind: 'weak', field: 'W/"a"' }), { etag: 'W/"a"' }, 'whole'],
    ['another weak tag', pinned({ kind: 'weak', field: 'W/"a"' }), { etag: 'W/"b"' }, 'changed'],
    [
      'its young date and its weak tag',
      pinned(young, 'W/"a"'),
      { 'last-modified': YOUNG, etag: 'W/"a"' },
      'whole',
    ],
    [
      'its young date and another weak tag',
      pinned(young, 'W/"a"'),
      { 'last-modified': YOUNG, etag: 'W/"b"' },
      'changed',
    ],
  ])('a 200 and a 206 with %s', (_what, state, fields, kind) => {
    expect(judgeResponse(state, head(200, fields), NOW).kind).toBe(kind)
    const range = { ...fields, 'content-range': 'bytes 0-9/10' }
    const expected = kind === 'whole' ? 'append' : kind
    expect(judgeResponse(state, head(206, range), NOW).kind).toBe(expected)
  })
})

describe('judgeResponse', () => {
  it.each<[string, ResumeState, ResponseHead, object]>([
    [
      'the first response',
      NOTHING,
      head(200, { 'content-length': '1000' }),
      { kind: 'whole', skip: 0, size: 1000 },
    ],
    [
      'the first response without a length',
      NOTHING,
      head(200),
      { kind: 'whole', skip: 0, size: undefined },
    ],
    [
      'the rest',
      stateAt(500),
      part('bytes 500-999/1000'),
      { kind: 'append', end: 1000, total: 1000 },
    ],
    [
      'the rest with its length',
      stateAt(500),
      part('bytes 500-999/1000', { 'content-length': '500' }),
      { kind: 'append', end: 1000, total: 1000 },
    ],
    [
      'a slice',
      stateAt(500, { end: 600 }),
      part('bytes 500-599/1000'),
      { kind: 'append', end: 600, total: 1000 },
    ],
    [
      'fewer bytes than requested',
      stateAt(500),
      part('bytes 500-599/1000'),
      { kind: 'append', end: 600, total: 1000 },
    ],
    [
      'the rest of an unknown size',
      stateAt(500, { size: undefined }),
      part('bytes 500-999/1000'),
      { kind: 'append', end: 1000, total: 1000 },
    ],
    [
      'the rest by date',
      stateAt(500, { validator: { kind: 'date', lastModified: OLD } }),
      part('bytes 500-999/1000', { 'last-modified': OLD }),
      { kind: 'append' },
    ],
    [
      'the rest by a weak tag',
      stateAt(500, { validator: { kind: 'weak', field: 'W/"a"' } }),
      part('bytes 500-999/1000', { etag: 'W/"a"' }),
      { kind: 'append' },
    ],
    [
      'Content-Encoding: identity',
      stateAt(500),
      part('bytes 500-999/1000', { 'content-encoding': 'Identity' }),
      { kind: 'append' },
    ],

    [
      'another tag',
      stateAt(500),
      part('bytes 500-999/1000', { etag: '"b"' }),
      { kind: 'changed', received: 'ETag "b"' },
    ],
    [
      'the same tag, but weak',
      stateAt(500),
      part('bytes 500-999/1000', { etag: 'W/"a"' }),
      { kind: 'changed' },
    ],
    [
      'no tag',
      stateAt(500),
      head(206, { 'content-range': 'bytes 500-999/1000' }),
      { kind: 'changed', received: 'ETag (none)' },
    ],
    [
      'another date',
      stateAt(500, { validator: { kind: 'date', lastModified: OLD } }),
      part('bytes 500-999/1000', { 'last-modified': YOUNG }),
      { kind: 'changed' },
    ],
    [
      'no validator to compare',
      stateAt(500, { validator: { kind: 'none' } }),
      part('bytes 500-999/1000'),
      { kind: 'changed' },
    ],
    [
      'no validator to compare, of an unknown size',
      stateAt(500, { validator: { kind: 'none' }, size: undefined }),
      part('bytes 500-999/1000'),
      { kind: 'changed' },
    ],
    ['a first response with a part', NOTHING, part('bytes 0-9/1000'), { kind: 'append', end: 10 }],
    [
      'another total',
      stateAt(500),
      part('bytes 500-999/1001'),
      { kind: 'changed', received: 'a size of 1001' },
    ],
    ['412', stateAt(500), head(412), { kind: 'changed' }],

    ['another start', stateAt(500), part('bytes 501-999/1000'), { kind: 'refused' }],
    [
      'more bytes than requested',
      stateAt(500, { end: 600 }),
      part('bytes 500-999/1000'),
      { kind: 'refused', why: expect.stringContaining('500-599') },
    ],
    [
      'another Content-Length',
      stateAt(500),
      part('bytes 500-999/1000', { 'content-length': '499' }),
      { kind: 'refused' },
    ],
    ['no total', stateAt(500), part('bytes 500-999/*'), { kind: 'refused' }],
    [
      'no Content-Range',
      stateAt(500),
      head(206, { etag: '"a"' }),
      { kind: 'refused', why: expect.stringContaining('(none)') },
    ],
    [
      'a Content-Range that contradicts itself',
      stateAt(500),
      part('bytes 500-499/1000'),
      { kind: 'refused' },
    ],
    [
      'multipart/byteranges',
      stateAt(500),
      head(206, { 'content-type': 'multipart/byteranges' }),
      { kind: 'refused' },
    ],
    [
      'a content coding',
      stateAt(500),
      part('bytes 500-999/1000', { 'content-encoding': 'gzip' }),
      { kind: 'refused', why: expect.stringContaining('gzip') },
    ],
    [
      'a first response with a content coding',
      NOTHING,
      head(200, { 'content-encoding': 'br' }),
      { kind: 'refused' },
    ],

    [
      'the whole of the same version',
      stateAt(500),
      head(200, { etag: '"a"', 'content-length': '1000' }),
      { kind: 'whole', skip: 500, size: 1000 },
    ],
    [
      'the whole of the same version, without a length',
      stateAt(500),
      head(200, { etag: '"a"' }),
      { kind: 'whole', skip: 500, size: 1000 },
    ],
    [
      'the whole of another version',
      stateAt(500),
      head(200, { etag: '"b"', 'content-length': '1000' }),
      { kind: 'changed' },
    ],
    [
      'the whole of another size',
      stateAt(500),
      head(200, { etag: '"a"', 'content-length': '999' }),
      { kind: 'changed' },
    ],
    [
      'the whole where only the size is known',
      stateAt(0, { validator: { kind: 'none' } }),
      head(200, { 'content-length': '1000' }),
      { kind: 'changed' },
    ],

    [
      '416 at the end',
      stateAt(1000),
      head(416, { 'content-range': 'bytes */1000' }),
      { kind: 'at-end', total: 1000 },
    ],
    [
      '416 at the end of an unknown size',
      stateAt(700, { size: undefined }),
      head(416, { 'content-range': 'bytes */700' }),
      { kind: 'at-end', total: 700 },
    ],
    [
      '416 of a shorter representation',
      stateAt(700, { size: undefined }),
      head(416, { 'content-range': 'bytes */600' }),
      { kind: 'changed', received: 'a size of 600' },
    ],
    [
      '416 of another size',
      stateAt(500),
      head(416, { 'content-range': 'bytes */500' }),
      { kind: 'changed' },
    ],
    [
      '416 before the end',
      stateAt(500),
      head(416, { 'content-range': 'bytes */1000' }),
      { kind: 'changed' },
    ],
    ['416 without Content-Range', stateAt(500), head(416), { kind: 'refused', why: 'status 416' }],

    ['503', stateAt(500), head(503), { kind: 'later', after: undefined }],
    [
      '503 with Retry-After',
      stateAt(500),
      head(503, { 'retry-after': '7' }),
      { kind: 'later', after: 7000 },
    ],
    [
      '429 with a Retry-After date',
      stateAt(500),
      head(429, { 'retry-after': DATE }),
      { kind: 'later', after: 0 },
    ],
    ...[408, 425, 500, 502, 504].map((status): [string, ResumeState, ResponseHead, object] => [
      `${status}`,
      stateAt(500),
      head(status),
      { kind: 'later' },
    ]),
    ...[204, 301, 304, 400, 401, 403, 404, 410, 501].map(
      (status): [string, ResumeState, ResponseHead, object] => [
        `${status}`,
        stateAt(500),
        head(status),
        { kind: 'refused', why: `status ${status}` },
      ],
    ),
  ])('judges %s', (_what, state, response, verdict) => {
    expect(judgeResponse(state, response, NOW)).toMatchObject(verdict)
  })

  it('appends nothing but the same strong version at the exact position', () => {
    const field = fc.constantFrom('"a"', 'W/"a"', '"b"', undefined)
    const position = fc.nat(20)
    fc.assert(
      fc.property(
        position,
        position,
        position,
        field,
        position,
        (start, first, last, etag, total) => {
          const range = `bytes ${first}-${last}/${total}`
          const fields = { 'content-range': range, ...(etag !== undefined && { etag }) }
          const verdict = judgeResponse(stateAt(start, { size: 15 }), head(206, fields), NOW)
          if (verdict.kind !== 'append') return
          expect([first, etag, total]).toEqual([start, '"a"', 15])
          expect(verdict.end).toBe(last + 1)
          expect(verdict.end).toBeLessThanOrEqual(15)
        },
      ),
    )
  })
})

describe('judgeResponse where bytes are taken as sent', () => {
  const coded = { codings: 'as-sent', coding: 'x-gzip' } as const
  const dated: Validator = { kind: 'date', lastModified: OLD }
  const range = 'bytes 500-999/1000'
  const gzip = { 'content-encoding': 'gzip' }

  it.each<[string, ResumeState, ResponseHead, object]>([
    [
      'opens a response in any coding',
      { ...NOTHING, codings: 'as-sent' },
      head(200, gzip),
      { kind: 'whole' },
    ],
    [
      'appends a part of the same coding',
      stateAt(500, coded),
      part(range, gzip),
      { kind: 'append' },
    ],
    [
      'appends a part without Content-Encoding that has the strong tag',
      stateAt(500, coded),
      part(range),
      { kind: 'append' },
    ],
    [
      'does not append a part without Content-Encoding that has only the date',
      stateAt(500, { ...coded, validator: dated }),
      part(range, { 'last-modified': OLD }),
      { kind: 'changed', received: 'Content-Encoding identity' },
    ],
    [
      'does not append a part of another coding, whatever its tag is',
      stateAt(500, coded),
      part(range, { 'content-encoding': 'br' }),
      { kind: 'changed', received: 'Content-Encoding br' },
    ],
    [
      'does not append a coded part to bytes without a coding',
      stateAt(500, { codings: 'as-sent' }),
      part(range, gzip),
      { kind: 'changed', received: 'Content-Encoding gzip' },
    ],
    [
      'does not continue in the whole of another coding',
      stateAt(500, coded),
      head(200, { etag: '"a"', 'content-length': '1000' }),
      { kind: 'changed', received: 'Content-Encoding identity' },
    ],
    [
      'continues in the whole of the same coding',
      stateAt(500, coded),
      head(200, { etag: '"a"', 'content-length': '1000', ...gzip }),
      { kind: 'whole', skip: 500 },
    ],
  ])('%s', (_what, state, response, expected) => {
    expect(judgeResponse(state, response, NOW)).toMatchObject(expected)
  })
})
