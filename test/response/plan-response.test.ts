import { describe, expect, it } from 'vitest'
import { planResponse, type ResponseInput } from '../../src/response/plan-response.js'

const NOW = Date.UTC(2026, 0, 2)
const MODIFIED = 'Thu, 01 Jan 2026 00:00:00 GMT'
const FIELDS = {
  'accept-ranges': 'bytes',
  'content-type': 'text/plain',
  'cache-control': 'public, max-age=0',
  etag: '"v1"',
  'last-modified': MODIFIED,
}

function plan(input: Partial<ResponseInput> = {}) {
  return planResponse({
    method: 'GET',
    request: {},
    facts: { size: 1000, contentType: 'text/plain' },
    fields: FIELDS,
    coding: undefined,
    status: 200,
    now: NOW,
    boundary: () => 'BOUNDARY',
    ...input,
  })
}

/** The parts of a plan that the table compares. */
function summary(input: Partial<ResponseInput>) {
  const planned = plan(input)
  const pieces = planned.kind === 'body' ? planned.layout.pieces : []
  const slices = pieces.flatMap((piece) =>
    piece.kind === 'slice' ? [[piece.slice.start, piece.slice.end]] : [],
  )
  const { fields } = planned
  const length = fields['content-length']
  return [planned.kind, planned.status, slices, fields['content-range'], Number(length ?? -1)]
}

describe('planResponse', () => {
  const range = (value: string, more = {}) => ({ request: { range: value, ...more } })
  it.each<[string, Partial<ResponseInput>, unknown[]]>([
    ['the whole without conditions', {}, ['body', 200, [[0, 1000]], undefined, 1000]],
    ['no content for HEAD', { method: 'HEAD' }, ['head', 200, [], undefined, 1000]],
    [
      'the whole to HEAD with Range (RFC 9110 §14.2)',
      { method: 'HEAD', ...range('bytes=0-9') },
      ['head', 200, [], undefined, 1000],
    ],
    [
      'one range (§14.1.2)',
      range('bytes=10-19'),
      ['body', 206, [[10, 20]], 'bytes 10-19/1000', 10],
    ],
    [
      'a suffix range (§14.1.2)',
      range('bytes=-10'),
      ['body', 206, [[990, 1000]], 'bytes 990-999/1000', 10],
    ],
    [
      'the whole for a malformed range (§14.2)',
      range('bytes=9-1'),
      ['body', 200, [[0, 1000]], undefined, 1000],
    ],
    [
      'the whole for an unknown unit (§14.2)',
      range('lines=1-2'),
      ['body', 200, [[0, 1000]], undefined, 1000],
    ],
    [
      '304 for a matching If-None-Match, before Range is evaluated (§13.2.2)',
      range('bytes=0-9', { 'if-none-match': '"v1"' }),
      ['not-modified', 304, [], undefined, -1],
    ],
    [
      'the whole where If-Range names another version (§13.1.5)',
      range('bytes=0-9', { 'if-range': '"v2"' }),
      ['body', 200, [[0, 1000]], undefined, 1000],
    ],
    [
      'the range where If-Range names this version (§13.1.5)',
      range('bytes=0-9', { 'if-range': '"v1"' }),
      ['body', 206, [[0, 10]], 'bytes 0-9/1000', 10],
    ],
    [
      '304 for a matching If-Modified-Since (§13.1.3)',
      { request: { 'if-modified-since': MODIFIED } },
      ['not-modified', 304, [], undefined, -1],
    ],
    [
      'the whole with the status of an error page, without conditions and ranges',
      { status: 404, ...range('bytes=0-9', { 'if-none-match': '"v1"' }) },
      ['body', 404, [[0, 1000]], undefined, 1000],
    ],
    [
      'the whole where the source has ignored Range',
      { facts: { size: 1000, contentType: 'text/plain', given: 'whole' }, ...range('bytes=0-9') },
      ['body', 200, [[0, 1000]], undefined, 1000],
    ],
    [
      'the whole for several ranges of encoded bytes',
      { fields: { ...FIELDS, 'content-encoding': 'br' }, ...range('bytes=0-9,20-29') },
      ['body', 200, [[0, 1000]], undefined, 1000],
    ],
    [
      'an empty file',
      { facts: { size: 0, contentType: 'text/plain' } },
      ['body', 200, [[0, 0]], undefined, 0],
    ],
  ])('plans %s', (_what, input, expected) => {
    expect(summary(input)).toEqual(expected)
  })

  it('plans several ranges as multipart/byteranges with the length of all parts (§14.6)', () => {
    const planned = plan(range('bytes=0-9,20-29'))
    expect(planned).toMatchObject({ kind: 'body', status: 206, contentRange: undefined })
    expect(planned.fields).toMatchObject({
      'content-type': 'multipart/byteranges; boundary=BOUNDARY',
      'content-length': String(planned.kind === 'body' && planned.layout.length),
    })
    expect(planned.fields['content-range']).toBeUndefined()
  })

  it.each<[string, number, Partial<ResponseInput>, string | undefined]>([
    ['a failed If-Match (§13.1.1)', 412, { request: { 'if-match': '"v2"' } }, undefined],
    ['no satisfiable range (§15.5.17)', 416, range('bytes=1000-'), 'bytes */1000'],
  ])('plans problem details for %s, without a representation', (_what, status, input, field) => {
    const planned = plan({ ...input, fields: { ...FIELDS, 'x-own': 'kept' } })
    expect(planned).toMatchObject({ kind: 'problem', status })
    const bytes = planned.kind === 'problem' ? planned.bytes : Buffer.alloc(0)
    expect(JSON.parse(bytes.toString())).toMatchObject({ status, type: 'about:blank' })
    expect(planned.fields).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'content-length': String(bytes.length),
      'x-content-type-options': 'nosniff',
      'x-own': 'kept',
      vary: 'Accept',
      ...(field !== undefined && { 'content-range': field }),
    })
  })

  it('plans 304 with the validators and Cache-Control, but without fields of the content', () => {
    const fields = { ...FIELDS, 'content-encoding': 'gzip', 'content-length': '7', 'x-own': 'kept' }
    const planned = plan({ fields, request: { 'if-none-match': '*' } })
    const { 'content-type': _type, ...others } = FIELDS
    expect(planned.fields).toEqual({ ...others, 'x-own': 'kept', vary: 'Accept' })
  })

  it.each<[string, ResponseInput['coding'], Record<string, string>, Record<string, unknown>]>([
    ['none without negotiation', undefined, {}, { vary: 'Accept', etag: '"v1"' }],
    [
      'none without an acceptable coding',
      'identity',
      {},
      { vary: 'Accept, Accept-Encoding', etag: '"v1"' },
    ],
    ['br', 'br', {}, { vary: 'Accept, Accept-Encoding', etag: '"v1;br"' }],
    ['br with a weak ETag of the application', 'br', { etag: 'W/"a"' }, { etag: 'W/"a;br"' }],
    ['br with a malformed ETag of the application', 'br', { etag: 'a' }, { etag: 'a' }],
    [
      'gzip with a Vary of the application',
      'gzip',
      { vary: 'Origin, accept' },
      { vary: 'Origin, accept, Accept-Encoding' },
    ],
    ['gzip with Vary: *', 'gzip', { vary: '*' }, { vary: '*' }],
  ])('plans the ETag and the Vary of the selected coding: %s', (_what, coding, own, expected) => {
    expect(plan({ coding, fields: { ...FIELDS, ...own } }).fields).toMatchObject(expected)
  })

  it('compares preconditions with the ETag of the coding (RFC 9110 §8.8.3.3)', () => {
    const planned = (tag: string) =>
      plan({ coding: 'br', request: { 'if-none-match': tag } }).status
    expect([planned('"v1;br"'), planned('"v1"')]).toEqual([304, 200])
  })

  it('does not change the object with the fields', () => {
    const fields = Object.freeze({ ...FIELDS })
    for (const request of [{}, { range: 'bytes=0-1' }, { 'if-none-match': '*' }]) {
      plan({ fields, request, coding: 'br' })
    }
    expect(fields).toEqual(FIELDS)
  })
})
