import { describe, expect, it } from 'vitest'
import {
  CHECKSUM,
  LIMIT_RATE,
  READ_OPTIONS,
  readUrl,
} from '../../src/client/option-expectations.js'

const SHA_256 = 'a'.repeat(64)

describe('CHECKSUM', () => {
  it.each<[unknown, boolean]>([
    [{ algorithm: 'sha-256', hex: SHA_256 }, true],
    [{ algorithm: 'sha-512', hex: '0'.repeat(128) }, true],
    [{ algorithm: 'sha-512', hex: SHA_256 }, false],
    [{ algorithm: 'md5', hex: 'a'.repeat(32) }, false],
    [{ algorithm: 'toString', hex: 'a' }, false],
    [{ algorithm: 'sha-256', hex: SHA_256.toUpperCase() }, false],
    [{ algorithm: 'sha-256', hex: SHA_256.slice(1) }, false],
    [{ algorithm: 'sha-256' }, false],
    [SHA_256, false],
    [null, false],
  ])('accepts %j: %s', (value, accepted) => {
    expect(CHECKSUM.accepts(value)).toBe(accepted)
  })
})

describe('LIMIT_RATE', () => {
  it.each<[unknown, boolean]>([
    [1, true],
    [0.5, true],
    [Number.POSITIVE_INFINITY, true],
    [0, false],
    [-1, false],
    [Number.NaN, false],
    ['1', false],
  ])('accepts %s: %s', (value, accepted) => {
    expect(LIMIT_RATE.accepts(value)).toBe(accepted)
  })
})

describe('READ_OPTIONS', () => {
  it.each<[keyof typeof READ_OPTIONS, unknown, boolean]>([
    ['retryFor', 0, true],
    ['retryFor', Number.POSITIVE_INFINITY, true],
    ['retryFor', -1, false],
    ['stall', 1, true],
    ['stall', 0, false],
    ['stall', Number.POSITIVE_INFINITY, false],
    ['headers', { a: 'b' }, true],
    ['headers', new Headers(), false],
    ['signal', AbortSignal.abort(), true],
    ['signal', {}, false],
    ['transport', 'fetch', false],
    ['onEvent', () => {}, true],
  ])('has %s accept %s: %s', (name, value, accepted) => {
    expect(READ_OPTIONS[name].accepts(value)).toBe(accepted)
  })
})

describe('readUrl', () => {
  it.each([
    ['a string', 'http://127.0.0.1/f', 'http://127.0.0.1/f'],
    ['a URL', new URL('http://127.0.0.1/f'), 'http://127.0.0.1/f'],
  ])('reads %s', (_what, url, expected) => {
    expect(readUrl(url)).toBe(expected)
  })

  it.each([undefined, null, '', 5, Symbol('s')])(
    'refuses %s by the name of the argument',
    (url) => {
      expect(() => readUrl(url)).toThrow(
        expect.objectContaining({ code: 'BAD_SETTING', message: expect.stringMatching(/^url: /) }),
      )
    },
  )
})
