import { expect, it } from 'vitest'
import { dictionaryField, digestOf } from '../../../src/check/digests/digest-field.js'
import { findDifference, judgeDigest } from '../../../src/check/digests/judge-digest.js'
import { exchangeWith } from '../../fixture/exchange.js'

const FIELD = dictionaryField('Repr-Digest')
const BYTES = Buffer.from('bytes')
const RIGHT = digestOf('sha-256', BYTES)
const WRONG = digestOf('sha-256', Buffer.alloc(0))

const announcing = (value: string, etag = '"a"') =>
  exchangeWith({ fields: { 'Repr-Digest': value, ETag: etag } })

it.each([
  [`sha-256=:${RIGHT}:`, 'passed'],
  [`md5=:AAAA:, sha-256=:${RIGHT}:`, 'passed'],
  [`sha-256=:${WRONG}:`, 'failed'],
  [`sha-256=:${RIGHT}:, sha-512=:${RIGHT}:`, 'failed'],
  ['sha-256', 'failed'],
  ['md5=:AAAA:', 'skipped'],
])('judges the Repr-Digest %s: %s', (value, kind) => {
  expect(judgeDigest(announcing(value), FIELD, BYTES).kind).toBe(kind)
})

it('finds two digests of one version by one algorithm that differ', () => {
  const [one, other] = [announcing(`sha-256=:${RIGHT}:`), announcing(`sha-256=:${WRONG}:`)]
  expect(findDifference([one, one, other], FIELD)).toMatchObject({
    exchange: other,
    expected: `Repr-Digest: sha-256=:${RIGHT}:, as in the response to GET`,
  })
})

it('does not compare the digests of two versions, or of two algorithms', () => {
  const one = announcing(`sha-256=:${RIGHT}:`)
  expect(findDifference([one, announcing(`sha-256=:${WRONG}:`, '"b"')], FIELD)).toBeUndefined()
  expect(findDifference([one, announcing(`sha-512=:${WRONG}:`)], FIELD)).toBeUndefined()
  expect(findDifference([], FIELD)).toBeUndefined()
})
