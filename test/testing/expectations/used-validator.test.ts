import { expect, it } from 'vitest'
import { judgeUsedValidator } from '../../../src/testing/expectations/used-validator.js'
import { requestEntry } from '../../fixture/request-entry.js'

const DATE = 'Mon, 01 Jan 2024 00:00:00 GMT'
const first = requestEntry({ number: 1, etag: '"v1"', lastModified: DATE })
const resumed = (members: object) =>
  requestEntry({ number: 2, range: 'bytes=5-', status: 206, ...members })

it.each([
  ['If-Range with the ETag', [first, resumed({ ifRange: '"v1"' })], true],
  ['If-Range with the date', [first, resumed({ ifRange: DATE })], true],
  ['If-Match', [first, resumed({ ifMatch: '"v1"' })], true],
  ['If-Unmodified-Since', [first, resumed({ ifUnmodifiedSince: DATE })], true],
  ['a validator of before the journal', [resumed({ ifRange: '"v0"' })], true],
  ['none', [first, resumed({})], false],
  ['one that was not sent', [first, resumed({ ifRange: '"v0"' })], false],
  [
    'that of another path',
    [first, resumed({ ifRange: '"v2"' }), requestEntry({ etag: '"v2"', path: '/b' })],
    false,
  ],
  ['one of two', [first, resumed({ ifRange: '"v1"' }), resumed({ number: 3 })], false],
  ['no request that continues', [first], false],
])('judgeUsedValidator with %s', (_, entries, pass) => {
  expect(judgeUsedValidator(entries).pass).toBe(pass)
})

it('names the requests without a validator', () => {
  expect(judgeUsedValidator([first, resumed({}), resumed({ number: 7 })]).received).toBe(
    'no such validator in #2 and #7',
  )
})
