import { describe, expect, it } from 'vitest'
import { passedFields, settleResponse } from '../../../src/testing/stubs/stub-response.js'

describe('settleResponse', () => {
  it.each([
    [{ body: 'a' }, '/a', 'text/plain; charset=utf-8'],
    [{ body: 'a' }, '/a.json', 'application/json; charset=utf-8'],
    [{ json: [] }, '/a.mp4', 'application/json; charset=utf-8'],
    [{ body: new Uint8Array(2) }, '/a', 'application/octet-stream'],
    [{ body: new Uint8Array(2) }, '/a.mp4', 'video/mp4'],
    [{ body: 'a', type: 'a/b' }, '/a.mp4', 'a/b'],
    [{}, '/a', undefined],
  ])('finds the type of %j at %s: %s', (response, path, type) => {
    expect(settleResponse(response, path).type).toBe(type)
  })

  it('has the same etag for the same bytes, another for others, and none for a function', () => {
    const etagOf = (body: string | Uint8Array | (() => never)) =>
      settleResponse({ body }, '/a').etag
    expect(etagOf('a')).toBe(etagOf(new Uint8Array([97])))
    expect(etagOf('a')).not.toBe(etagOf('b'))
    expect(etagOf(() => never())).toBeUndefined()
    expect(settleResponse({ body: 'a', etag: null }, '/a').etag).toBeUndefined()
  })

  it('copies the bytes', () => {
    const body = new Uint8Array([1, 2])
    const settled = settleResponse({ body }, '/a')
    body[0] = 9
    expect(settled.body).toEqual(Buffer.from([1, 2]))
  })

  it.each([
    [200, { etag: '"v"', 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    [304, { etag: '"v"', 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    [503, { etag: '"v"', 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
  ])('passes the validators with status %s: %j', (status, expected) => {
    const settled = settleResponse({ status, etag: '"v"', lastModified: new Date(0) }, '/a')
    expect(passedFields(settled)).toEqual(expected)
  })

  it.each([
    [200, 'GET', true],
    [200, 'HEAD', true],
    [200, 'POST', false],
    [201, 'GET', false],
    [404, 'GET', false],
  ])('derives an etag with status %s to %s: %s', (status, method, isDerived) => {
    expect(settleResponse({ status, body: 'a' }, '/a', method).etag !== undefined).toBe(isDerived)
  })
})

function never(): never {
  throw new Error('not called')
}
