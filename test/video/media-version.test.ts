import { describe, expect, it } from 'vitest'
import { isSameVersion, versionName, versionOf } from '../../src/video/media-version.js'

const DATE = 'Mon, 01 Jun 2026 10:00:00 GMT'
const LATER = 'Mon, 01 Jun 2026 10:00:01 GMT'

describe('versionOf', () => {
  it.each([
    ['of a 206 has the size of Content-Range', 206, { 'content-range': 'bytes 0-0/900' }, 900],
    ['of a 206 has no size without Content-Range', 206, { 'content-length': '1' }, undefined],
    [
      'of a 206 has no size where the total is unknown',
      206,
      { 'content-range': 'bytes 0-0/*' },
      undefined,
    ],
    ['of a 416 has the size of an empty file', 416, { 'content-range': 'bytes */0' }, 0],
    ['of a 200 has the size of Content-Length', 200, { 'content-length': '900' }, 900],
    ['of a 200 has no size without Content-Length', 200, {}, undefined],
  ])('%s', (_, status, headers, size) => {
    expect(versionOf({ status, headers: new Headers(headers) }).size).toBe(size)
  })

  it('has the entity tag, the date and the type as received', () => {
    const headers = new Headers({
      etag: 'W/"a"',
      'last-modified': DATE,
      'content-type': 'video/mp4',
    })
    expect(versionOf({ status: 200, headers })).toEqual({
      etag: 'W/"a"',
      size: undefined,
      modified: DATE,
      type: 'video/mp4',
    })
  })
})

describe('isSameVersion', () => {
  it.each([
    ['equal strong tags', { etag: '"a"', modified: DATE }, { etag: '"a"', modified: LATER }, true],
    [
      'other strong tags of one size and date',
      { etag: '"a"', size: 9 },
      { etag: '"b"', size: 9 },
      false,
    ],
    ['a strong tag and none', { etag: '"a"', size: 9 }, { size: 9 }, false],
    ['a strong and a weak tag', { etag: '"a"' }, { etag: 'W/"a"' }, false],
    [
      'equal weak tags, sizes and dates',
      { etag: 'W/"a"', size: 9 },
      { etag: 'W/"a"', size: 9 },
      true,
    ],
    [
      'equal weak tags of other sizes',
      { etag: 'W/"a"', size: 9 },
      { etag: 'W/"a"', size: 8 },
      false,
    ],
    ['other weak tags', { etag: 'W/"a"', size: 9 }, { etag: 'W/"b"', size: 9 }, false],
    ['equal sizes and dates', { size: 9, modified: DATE }, { size: 9, modified: DATE }, true],
    [
      'equal sizes of other dates',
      { size: 9, modified: DATE },
      { size: 9, modified: LATER },
      false,
    ],
    ['other sizes of one date', { size: 9, modified: DATE }, { size: 8, modified: DATE }, false],
    ['a size that only one has', { size: 9, modified: DATE }, { modified: DATE }, true],
    ['nothing to compare', {}, {}, true],
  ])('judges %s', (_, a, b, same) => {
    expect(isSameVersion(a, b)).toBe(same)
    expect(isSameVersion(b, a)).toBe(same)
  })

  it('ignores the type, which two servers of one file may spell differently', () => {
    expect(isSameVersion({ etag: '"a"', type: 'video/mp4' }, { etag: '"a"', type: 'x' })).toBe(true)
  })
})

describe('versionName', () => {
  it.each([
    [{ etag: '"a"', size: 9 }, '"a"'],
    [{ size: 9, modified: DATE }, `${DATE}, 9 bytes`],
    [{ size: 9 }, '9 bytes'],
    [{}, 'unknown'],
  ])('of %o is %s', (version, name) => {
    expect(versionName(version)).toBe(name)
  })
})
