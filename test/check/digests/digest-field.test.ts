import { expect, it } from 'vitest'
import {
  dictionaryField,
  digestOf,
  isVerifiable,
  LEGACY_FIELD,
} from '../../../src/check/digests/digest-field.js'

const REPR = dictionaryField('Repr-Digest')

it.each([
  ['sha-256=:AAAA:', [{ algorithm: 'sha-256', base64: 'AAAA' }]],
  [
    'md5=:AA==:, sha-512=:BBBB:',
    [
      { algorithm: 'md5', base64: 'AA==' },
      { algorithm: 'sha-512', base64: 'BBBB' },
    ],
  ],
  ['', undefined],
  ['sha-256', undefined],
  ['sha-256=AAAA', undefined],
  ['sha-256="AAAA"', undefined],
  ['SHA-256=:AAAA:', undefined],
])('reads the Repr-Digest %j', (value, expected) => {
  expect(REPR.parse(value)).toEqual(expected)
})

it.each([
  ['SHA-256=AAAA', [{ algorithm: 'sha-256', base64: 'AAAA' }]],
  [
    'md5=AA==,unixsum=30637',
    [
      { algorithm: 'md5', base64: 'AA==' },
      { algorithm: 'unixsum', base64: '30637' },
    ],
  ],
  ['', undefined],
  ['SHA-256', undefined],
  ['SHA-256=AAAA, x', undefined],
])('reads the Digest %j', (value, expected) => {
  expect(LEGACY_FIELD.parse(value)).toEqual(expected)
})

it('formats the digest of bytes as it is announced', () => {
  const digest = digestOf('sha-256', Buffer.alloc(0))
  expect(digest).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
  expect(REPR.format('sha-256', Buffer.alloc(0))).toBe(`sha-256=:${digest}:`)
  expect(LEGACY_FIELD.format('sha-256', Buffer.alloc(0))).toBe(`SHA-256=${digest}`)
})

it.each([
  ['sha-256', true],
  ['sha-512', true],
  ['sha', false],
  ['crc32c', false],
])('a digest by %s can be verified: %s', (algorithm, expected) => {
  expect(isVerifiable({ algorithm, base64: '' })).toBe(expected)
})
