import { describe, expect, it } from 'vitest'
import { Stubs } from '../../../src/testing/stubs/stubs.js'

const statusOf = (stubs: Stubs, method: string, path: string) =>
  stubs.find(method, path)?.take().status

describe('Stubs', () => {
  it.each([
    ['/a', 'GET', '/a', 201],
    ['/a', 'HEAD', '/a', 201],
    ['/a', 'POST', '/a', undefined],
    ['/a', 'GET', '/a/b', undefined],
    ['POST /a', 'POST', '/a', 201],
    ['POST /a', 'GET', '/a', undefined],
    ['/a/**', 'GET', '/a/b/c', 201],
    ['/a[1]', 'GET', '/a[1]', 201],
    ['/a b', 'GET', '/a b', 201],
    ['/a%20b', 'GET', '/a b', 201],
    ['/a?', 'GET', '/ab', 201],
  ])('with the route %s find for %s %s the status %s', (route, method, path, status) => {
    const stubs = new Stubs()
    stubs.add(route, { status: 201 })
    expect(statusOf(stubs, method, path)).toBe(status)
  })

  it('prefer the newest, until it is removed', () => {
    const stubs = new Stubs()
    stubs.add('/a', { status: 201 })
    {
      using newer = stubs.add('/**', { status: 202 })
      expect(statusOf(stubs, 'GET', '/a')).toBe(202)
      expect(newer.requests).toBe(1)
    }
    expect(statusOf(stubs, 'GET', '/a')).toBe(201)
    stubs.clear()
    expect(statusOf(stubs, 'GET', '/a')).toBeUndefined()
  })

  it.each([
    ['a', {}, /^route: expected a path/],
    [5, {}, /^route: expected a path/],
    ['/-/faults', {}, /^route: expected a path that is not below \/-\//],
    ['/!(a)', {}, /^route: /],
    ['/a?page=2', {}, /^route: expected a path without a query.*received "\/a\?page=2"/],
    ['/a', { type: 'a\r\nb' }, /^type: expected a media type/],
    ['/a', { status: 204, body: 'a' }, /^body: expected none with status 204/],
    ['/a', { status: 205, json: 1 }, /^json: expected none with status 205/],
    ['/a', { status: 304, body: new Uint8Array(1) }, /^body: expected none with status 304/],
    ['/a', { fields: { ETag: 'x' } }, /^fields\.etag: .*; received "x"/],
    ['/a', [], /^responses: expected a response/],
    ['/a', { etag: 'v1' }, /^etag: expected a strong entity tag/],
    ['/a', { etag: 'W/"v1"' }, /^etag: expected a strong entity tag/],
    ['/a', { body: 'a', json: 1 }, /^json: provide at most one/],
    ['/a', { json: () => {} }, /^json: expected a value that JSON has/],
    ['/a', { fields: { 'Content-Length': '1' } }, /^fields\.content-length: .*"response-fields"/],
    ['/a', { fields: { etag: '"a"' } }, /^fields\.etag: .*set "etag"/],
    ['/a', { fields: { a: 'b\r\nc: d' } }, /^fields/],
    ['/a', { status: 99 }, /^status: expected/],
    ['/a', { stauts: 200 }, /stauts.*status/],
  ])('refuse the route %j with the response %j', (route, response, message) => {
    expect(() => new Stubs().add(route as string, response as object)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', message: expect.stringMatching(message) }),
    )
  })

  it('refuse a value that JSON has not', () => {
    const cycle: Record<string, unknown> = {}
    cycle.own = cycle
    const expected = /^json: expected a value that JSON has \(.*(BigInt|circular)/
    for (const json of [1n, cycle]) {
      expect(() => new Stubs().add('/a', { json })).toThrow(
        expect.objectContaining({ code: 'BAD_SETTING', message: expect.stringMatching(expected) }),
      )
    }
  })

  it('have a bound', () => {
    const stubs = new Stubs()
    for (let n = 0; n < 1000; n += 1) stubs.add(`/${n}`, {})
    expect(() => stubs.add('/more', {})).toThrow(/at most 1000 stubs/)
  })
})
