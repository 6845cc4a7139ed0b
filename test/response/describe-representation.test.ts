import { describe, expect, it } from 'vitest'
import {
  type Description,
  describeRepresentation,
} from '../../src/response/describe-representation.js'
import type { ReplyFields } from '../../src/response/header-fields.js'
import { settleFields } from '../../src/settings/field-options.js'

const NOW = Date.UTC(2026, 0, 2)
const DESCRIPTION: Description = {
  facts: { contentType: 'video/mp4' },
  etag: '"v1"',
  lastModified: Date.UTC(2026, 0, 1),
  digests: 'sent',
  settings: settleFields({ maxAge: '1m' }),
  status: 200,
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
  it('returns the validators, Content-Type and Cache-Control of a version', () => {
    expect(describeRepresentation(DESCRIPTION, {}, NOW)).toEqual(ALL)
  })

  it.each<[string, Partial<Description>, ReplyFields, Record<string, unknown>]>([
    ['no ETag where no version is known', { etag: undefined }, {}, { etag: undefined }],
    [
      'no Cache-Control where it is off',
      { settings: settleFields({ cacheControl: false }) },
      {},
      { 'cache-control': undefined },
    ],
    [
      'no Accept-Ranges where it is off',
      { settings: settleFields({ maxAge: '1m', acceptRanges: false }) },
      {},
      { 'accept-ranges': undefined },
    ],
    [
      'no Content-Type where it is off',
      { settings: settleFields({ maxAge: '1m', contentType: false }) },
      {},
      { 'content-type': undefined },
    ],
    [
      'no ETag where it is off',
      { settings: settleFields({ maxAge: '1m', etag: false }) },
      {},
      { etag: undefined },
    ],
    [
      'no Last-Modified where it is off',
      { settings: settleFields({ maxAge: '1m', lastModified: false }) },
      {},
      { 'last-modified': undefined },
    ],
    [
      'the fields of the application where those of the plugin are off',
      { settings: settleFields({ maxAge: '1m', contentType: false, etag: false }) },
      { 'content-type': 'a/b', etag: '"own"' },
      { 'content-type': 'a/b', etag: '"own"' },
    ],
    [
      'no Accept-Ranges where the origin sent none',
      { facts: { contentType: 'a/b', ranges: 'untold' } },
      {},
      { 'accept-ranges': undefined },
    ],
    [
      'Accept-Ranges: none where the origin sent that',
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
      'the field of the source in place of the default',
      {
        facts: { contentType: 'a/b', fields: { 'cache-control': 'no-store', 'repr-digest': 'd' } },
      },
      {},
      { 'cache-control': 'no-store', 'repr-digest': 'd' },
    ],
    [
      'no digest of the source where a fault replaces the bytes',
      {
        digests: 'withheld',
        facts: { contentType: 'a/b', fields: { digest: 'd', 'repr-digest': 'd', 'x-a': 'a' } },
      },
      {},
      { digest: undefined, 'repr-digest': undefined, 'x-a': 'a' },
    ],
    [
      'the field of the application in place of the default',
      {},
      { etag: '"own"', 'x-a': 'a' },
      { etag: '"own"', 'x-a': 'a' },
    ],
    [
      "the Content-Disposition of a download call in place of the application's",
      { disposition: 'attachment' },
      { 'content-disposition': 'inline' },
      { 'content-disposition': 'attachment' },
    ],
    [
      "the application's Content-Disposition where the call has none",
      {},
      { 'content-disposition': 'inline' },
      { 'content-disposition': 'inline' },
    ],
  ])('returns %s', (_what, description, application, expected) => {
    const fields = describeRepresentation({ ...DESCRIPTION, ...description }, application, NOW)
    expect({ ...fields }).toMatchObject(
      Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
    )
    for (const [name, value] of Object.entries(expected)) expect(fields[name]).toBe(value)
  })
})
