import { describe, expect, it } from 'vitest'
import {
  type Description,
  describeRepresentation,
} from '../../src/response/describe-representation.js'
import type { ReplyFields } from '../../src/response/header-fields.js'

const NOW = Date.UTC(2026, 0, 2)
const DESCRIPTION: Description = {
  facts: { contentType: 'video/mp4' },
  etag: '"v1"',
  lastModified: Date.UTC(2026, 0, 1),
  digests: 'sent',
  cacheControl: 'public, max-age=60',
}
const ALL = {
  'accept-ranges': 'bytes',
  'x-content-type-options': 'nosniff',
  'content-type': 'video/mp4',
  'cache-control': 'public, max-age=60',
  etag: '"v1"',
  'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
  vary: 'Accept',
}

describe('describeRepresentation', () => {
  it('has the validators, the type and the caching of a version', () => {
    expect(describeRepresentation(DESCRIPTION, {}, NOW)).toEqual(ALL)
  })

  it.each<[string, Partial<Description>, ReplyFields, Record<string, unknown>]>([
    ['no ETag where no version is known', { etag: undefined }, {}, { etag: undefined }],
    [
      'no Cache-Control where it is off',
      { cacheControl: undefined },
      {},
      { 'cache-control': undefined },
    ],
    [
      'no Accept-Ranges where the origin announced none',
      { facts: { contentType: 'a/b', ranges: 'untold' } },
      {},
      { 'accept-ranges': undefined },
    ],
    [
      'Accept-Ranges none where the origin has none',
      { facts: { contentType: 'a/b', ranges: 'none' } },
      {},
      { 'accept-ranges': 'none' },
    ],
    [
      'a future Last-Modified clamped to Date (RFC 9110 §8.8.2.1)',
      { lastModified: NOW + 10_000 },
      {},
      { 'last-modified': 'Fri, 02 Jan 2026 00:00:00 GMT' },
    ],
    [
      'fields of the source over ours',
      {
        facts: { contentType: 'a/b', fields: { 'cache-control': 'no-store', 'repr-digest': 'd' } },
      },
      {},
      { 'cache-control': 'no-store', 'repr-digest': 'd' },
    ],
    [
      'no digest of the source for bytes that a fault replaced',
      {
        digests: 'withheld',
        facts: { contentType: 'a/b', fields: { digest: 'd', 'repr-digest': 'd', 'x-a': 'a' } },
      },
      {},
      { digest: undefined, 'repr-digest': undefined, 'x-a': 'a' },
    ],
    [
      'fields of the application over ours',
      {},
      { etag: '"own"', 'x-a': 'a' },
      { etag: '"own"', 'x-a': 'a' },
    ],
    [
      "the Content-Disposition of the call over the application's",
      { disposition: 'attachment' },
      { 'content-disposition': 'inline' },
      { 'content-disposition': 'attachment' },
    ],
    [
      "the application's Content-Disposition without one of the call",
      {},
      { 'content-disposition': 'inline' },
      { 'content-disposition': 'inline' },
    ],
  ])('has %s', (_what, description, application, expected) => {
    const fields = describeRepresentation({ ...DESCRIPTION, ...description }, application, NOW)
    expect({ ...fields }).toMatchObject(
      Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
    )
    for (const [name, value] of Object.entries(expected)) expect(fields[name]).toBe(value)
  })
})
