import { describe, expect, it } from 'vitest'
import { parseChecksum, parseDigest } from '../../src/http/digest-value.js'

const SHA256 = Buffer.alloc(32, 7)
const SHA512 = Buffer.alloc(64, 9)
const repr256 = `sha-256=:${SHA256.toString('base64')}:`
const repr512 = `sha-512=:${SHA512.toString('base64')}:`
const value256 = { algorithm: 'sha-256', hex: SHA256.toString('hex') }
const value512 = { algorithm: 'sha-512', hex: SHA512.toString('hex') }

describe('parseDigest (RFC 9530 §3, RFC 3230 §4.3.2)', () => {
  it.each([
    [repr256, undefined, value256],
    [repr512, undefined, value512],
    [`${repr512}, ${repr256}`, undefined, value256],
    [`md5=:${Buffer.alloc(16).toString('base64')}:, ${repr512}`, undefined, value512],
    [undefined, `SHA-256=${SHA256.toString('base64')}`, value256],
    [undefined, `md5=AAAA, sha-512=${SHA512.toString('base64')}`, value512],
    [repr256, `SHA-256=${SHA512.toString('base64')}`, value256],
    [`sha-256=:${SHA512.toString('base64')}:`, undefined, undefined],
    ['sha-256="text"', undefined, undefined],
    ['sha-256=:not base64', undefined, undefined],
    [undefined, 'SHA-256=A', undefined],
    [undefined, 'nonsense', undefined],
    [undefined, undefined, undefined],
  ])('reads Repr-Digest %s and Digest %s', (repr, legacy, value) => {
    expect(parseDigest(repr, legacy)).toEqual(value)
  })
})

describe('parseChecksum', () => {
  it.each([
    [`sha-256:${value256.hex}`, value256],
    [`SHA256=${value256.hex.toUpperCase()}`, value256],
    [`sha-512:${value512.hex}`, value512],
    ['sha-256:00', undefined],
    [`sha-1:${'0'.repeat(40)}`, undefined],
    [`md5:${'0'.repeat(32)}`, undefined],
    ['', undefined],
  ])('reads the checksum %j', (text, value) => {
    expect(parseChecksum(text)).toEqual(value)
  })
})
