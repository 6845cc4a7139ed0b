import { describe, expect, it } from 'vitest'
import {
  type FaultRequest,
  type Match,
  matchesAttempt,
  matchesRanges,
  requestMatcher,
  seriesOf,
  settleMatch,
} from '../../src/fault/request-match.js'

const request = (members: Partial<FaultRequest> = {}): FaultRequest => ({
  method: 'GET',
  protocol: 'HTTP/1.1',
  path: '/films/a.mp4',
  fields: {},
  ...members,
})

describe('matches', () => {
  it.each<[Match, Partial<FaultRequest>, boolean]>([
    [{}, {}, true],
    [{ method: 'GET' }, {}, true],
    [{ method: 'HEAD' }, {}, false],
    [{ method: ['HEAD', 'GET'] }, {}, true],
    [{ path: '/films/a.mp4' }, {}, true],
    [{ path: '/films/*.mp4' }, {}, true],
    [{ path: '/*.mp4' }, {}, false],
    [{ path: '/**' }, {}, true],
    [{ path: '/a[1].mp4' }, { path: '/a[1].mp4' }, true],
    [{ path: '/*' }, { path: '/.hidden' }, true],
    [{ headers: { 'X-Id': 'a' } }, { fields: { 'x-id': 'a' } }, true],
    [{ headers: { 'x-id': 'a' } }, { fields: { 'x-id': 'b' } }, false],
    [{ headers: { 'x-id': '*' } }, { fields: { 'x-id': 'b' } }, true],
    [{ headers: { 'x-id': '*' } }, {}, false],
    [{ headers: { 'x-id': null } }, {}, true],
    [{ headers: { 'x-id': null } }, { fields: { 'x-id': '' } }, false],
    [{ headers: { 'If-Range': { startsWith: 'W/' } } }, { fields: { 'if-range': 'W/"a"' } }, true],
    [{ headers: { 'if-range': { startsWith: 'W/' } } }, { fields: { 'if-range': '"W/"' } }, false],
    [{ headers: { 'if-range': { startsWith: 'W/' } } }, {}, false],
    [{ protocol: 'HTTP/1.1' }, {}, true],
    [{ protocol: 'HTTP/1.0' }, {}, false],
    [{ protocol: ['HTTP/1.0', 'HTTP/2'] }, { protocol: 'HTTP/2' }, true],
    [{ protocol: ['HTTP/1.0', 'HTTP/2'] }, {}, false],
    [{ range: 'present' }, {}, false],
    [{ range: 'absent' }, {}, true],
    [{ range: { overlaps: [0, 1] } }, { fields: { range: 'bytes=9-' } }, true],
    [{ range: { overlaps: [0, 1] } }, {}, false],
    [{ method: 'GET', path: '/other' }, {}, false],
  ])('with %j of a request with %j is %s', (match, members, expected) => {
    expect(requestMatcher(match)(request(members))).toBe(expected)
  })
})

describe('matchesRanges', () => {
  it.each<[string | undefined, number | undefined, boolean]>([
    ['bytes=0-99', 1000, false],
    ['bytes=0-100', 1000, true],
    ['bytes=200-', 1000, false],
    ['bytes=199-', undefined, true],
    ['bytes=-801', 1000, true],
    ['bytes=-801', undefined, false],
    ['bytes=0-0,150-160', 1000, true],
    ['nonsense', 1000, false],
    [undefined, 1000, false],
  ])('of Range %s and %s bytes against [100, 200) is %s', (range, size, expected) => {
    const fields = range === undefined ? {} : { range }
    const match: Match = { range: { overlaps: [100, 200] } }
    expect(matchesRanges(match, request({ fields }), size)).toBe(expected)
  })

  it.each([{}, { range: 'present' }, { range: 'absent' }] as const)(
    'of %j is always true',
    (match) => {
      expect(matchesRanges(match, request(), 1000)).toBe(true)
    },
  )
})

describe('matchesAttempt', () => {
  it.each([
    [undefined, 5, true],
    [2, 2, true],
    [2, 3, false],
    [[1, 3], 3, true],
    [[1, 3], 2, false],
  ])('of attempt %j for request %i is %s', (attempt, nth, expected) => {
    expect(matchesAttempt(attempt === undefined ? {} : { attempt }, nth)).toBe(expected)
  })
})

describe('seriesOf', () => {
  it('separates requests by method, path and the values of the matched fields, not by Range', () => {
    const match: Match = { headers: { 'X-Id': '*' } }
    const series = (members: Partial<FaultRequest>) =>
      JSON.stringify(seriesOf(match, request(members)))
    const fields = { 'x-id': 'a' }
    expect(series({ fields })).toBe(series({ fields: { ...fields, range: 'bytes=0-' } }))
    const all = [
      { fields },
      { fields: { 'x-id': 'b' } },
      { fields, method: 'HEAD' },
      { fields, path: '/' },
    ]
    expect(new Set(all.map(series)).size).toBe(4)
  })
})

describe('settleMatch', () => {
  it('copies the match, so that a later change has no effect', () => {
    const weak = { startsWith: 'W/' }
    const headers: Record<string, string | typeof weak> = { 'x-id': 'a', 'if-range': weak }
    const match = settleMatch({ headers, attempt: [1, 2] })
    headers['x-id'] = 'b'
    weak.startsWith = 'a'
    expect(match).toEqual({
      headers: { 'x-id': 'a', 'if-range': { startsWith: 'W/' } },
      attempt: [1, 2],
    })
  })

  it.each<[unknown, string]>([
    [{ path: 'f' }, 'match.path'],
    [{ method: '' }, 'match.method'],
    [{ headers: { 'a b': 'c' } }, 'match.headers.a b'],
    [{ headers: { a: '' } }, 'match.headers'],
    [{ headers: { a: { startsWith: '' } } }, 'match.headers'],
    [{ headers: { a: { startsWith: 'a', endsWith: 'b' } } }, 'match.headers'],
    [{ protocol: 'HTTP/3' }, 'match.protocol'],
    [{ protocol: [] }, 'match.protocol'],
    [{ range: { overlaps: [2, 1] } }, 'match.range'],
    [{ attempt: [] }, 'match.attempt'],
  ])('refuses %j and names %s', (match, member) => {
    expect(() => settleMatch(match)).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT', facts: { member } }),
    )
  })
})
