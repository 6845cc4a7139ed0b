import { describe, expect, it } from 'vitest'
import {
  CACHE_OPTIONS,
  type CacheOptions,
  cacheControlField,
} from '../../src/settings/cache-control.js'

describe('cacheControlField', () => {
  it.each<[CacheOptions, string | undefined]>([
    [{}, 'public, max-age=0'],
    [{ maxAge: 0 }, 'public, max-age=0'],
    [{ maxAge: 1_999 }, 'public, max-age=1'],
    [{ maxAge: '1d' }, 'public, max-age=86400'],
    [{ maxAge: '365d' }, 'public, max-age=31536000'],
    [{ maxAge: 31_536_001_000 }, 'public, max-age=31536000'],
    [{ maxAge: '2y' }, 'public, max-age=31536000'],
    [{ maxAge: '2 years' }, 'public, max-age=31536000'],
    [{ maxAge: Number.POSITIVE_INFINITY, immutable: true }, 'public, max-age=31536000, immutable'],
    [{ maxAge: '1h', immutable: true }, 'public, max-age=3600, immutable'],
    [{ maxAge: '1h', immutable: false }, 'public, max-age=3600'],
    [{ cacheControl: true }, 'public, max-age=0'],
    [{ cacheControl: false, maxAge: '1d', immutable: true }, undefined],
  ])('makes of %o the field value %s', (options, value) => {
    expect(cacheControlField(options)).toBe(value)
  })
})

describe('the expectation of maxAge', () => {
  it.each([
    0,
    0.5,
    2 ** 53 - 1,
    Number.MAX_VALUE,
    Number.POSITIVE_INFINITY,
    '1d',
    '1.5h',
    '10 seconds',
    '500',
  ])('accepts %o', (value) => {
    expect(CACHE_OPTIONS.maxAge.accepts(value)).toBe(true)
  })

  it.each([-1, '-1d', Number.NaN, Number.NEGATIVE_INFINITY, 'soon', '', null, [1]])(
    'refuses %o',
    (value) => {
      expect(CACHE_OPTIONS.maxAge.accepts(value)).toBe(false)
    },
  )
})
