import { describe, expect, it } from 'vitest'
import { parseFrameQuery, selectFrames } from '../../src/http/frame-request.js'

const NONE = {
  kind: 'valid',
  start: undefined,
  end: undefined,
  encoding: 'base64',
  follow: 'no',
  rest: '',
}

describe('parseFrameQuery', () => {
  it.each<[string, object]>([
    ['', {}],
    ['?', {}],
    ['?start=5&end=9', { start: 5, end: 9 }],
    ['?a=1&start=5&b=2', { start: 5, rest: '?a=1&b=2' }],
    ['?encoding=utf-8&follow=1', { encoding: 'utf-8', follow: 'yes' }],
    ['?follow=0', {}],
    ['?end=0', { end: 0 }],
    ['?token=a=b', { rest: '?token=a=b' }],
  ])('parses the query %j', (query, parsed) => {
    expect(parseFrameQuery(query)).toEqual({ ...NONE, ...parsed })
  })

  it.each([
    ['?start=x', /^start/],
    ['?start=', /^start/],
    ['?end=-1', /^end/],
    ['?end=1.5', /^end/],
    ['?start=9&end=5', /^end/],
    ['?start=1&start=2', /^start: .* more than once/],
    ['?encoding=latin1', /^encoding/],
    ['?follow=yes', /^follow/],
    ['?follow=1&end=5', /^end/],
    ['?constructor=1&follow=toString', /^follow/],
  ])('refuses the query %s and names the parameter', (query, reason) => {
    const { kind, ...rest } = parseFrameQuery(query)
    expect(kind).toBe('malformed')
    expect(rest).toMatchObject({ reason: expect.stringMatching(reason) })
  })
})

describe('selectFrames', () => {
  const etag = '"v"'
  const all = { start: undefined, end: undefined }
  it.each<[string, object, string | undefined, object]>([
    [
      'the whole representation',
      {},
      undefined,
      { kind: 'selected', slice: { start: 0, end: 10 }, next: 0 },
    ],
    ['a slice', { start: 2, end: 5 }, undefined, { slice: { start: 2, end: 5 }, next: 2 }],
    [
      'a slice with an end beyond the size',
      { end: 50 },
      undefined,
      { slice: { start: 0, end: 10 } },
    ],
    [
      'an empty slice at the end',
      { start: 10 },
      undefined,
      { slice: { start: 10, end: 10 }, next: 10 },
    ],
    ['no bytes: start is beyond the size', { start: 11 }, undefined, { kind: 'unsatisfiable' }],
    [
      'the rest of a slice after the offset of Last-Event-ID',
      { start: 2 },
      '"v":7',
      { slice: { start: 2, end: 10 }, next: 7 },
    ],
    ['nothing more after the last offset', {}, '"v":10', { kind: 'selected', next: 10 }],
    ['no bytes: the offset precedes the slice', { start: 2 }, '"v":1', { kind: 'malformed' }],
    ['no bytes: the offset is beyond the slice', { end: 5 }, '"v":6', { kind: 'malformed' }],
    ['no bytes: Last-Event-ID is malformed', {}, 'x', { kind: 'malformed' }],
    ['no bytes: the offset is of another version', {}, '"u":99', { kind: 'gone', next: 99 }],
  ])('selects %s', (_what, query, id, selection) => {
    expect(selectFrames({ ...all, ...query }, id, { etag, size: 10 })).toMatchObject(selection)
  })

  it('accepts no Last-Event-ID for frames without an entity tag', () => {
    expect(selectFrames(all, '"v":1', { etag: undefined, size: 10 })).toMatchObject({
      kind: 'gone',
    })
  })
})
