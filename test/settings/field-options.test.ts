import { describe, expect, it } from 'vitest'
import {
  FIELD_OPTIONS,
  type FieldOptions,
  type FieldSettings,
  isSameFields,
  settleFields,
} from '../../src/settings/field-options.js'

const DEFAULTS: FieldSettings = {
  cacheControl: 'public, max-age=0',
  acceptRanges: true,
  contentType: true,
  etag: 'stat',
  lastModified: true,
  vary: 'Accept',
}

/** One difference from the defaults a row. */
const CASES: [FieldOptions, Partial<FieldSettings>][] = [
  [{ cacheControl: false }, { cacheControl: undefined }],
  [{ maxAge: '1d', immutable: true }, { cacheControl: 'public, max-age=86400, immutable' }],
  [{ acceptRanges: false }, { acceptRanges: false }],
  [{ contentType: false }, { contentType: false }],
  [{ etag: false }, { etag: 'none' }],
  [{ etag: 'content' }, { etag: 'content' }],
  [{ lastModified: false }, { lastModified: false }],
]

describe('settleFields', () => {
  it.each<[FieldOptions, Partial<FieldSettings>]>([
    [{}, {}],
    [{ etag: true, acceptRanges: true, contentType: true, lastModified: true }, {}],
    [{ etag: 'stat' }, {}],
    ...CASES,
  ])('settles %o', (options, difference) => {
    const settings = settleFields(options)
    expect(settings).toEqual({ ...DEFAULTS, ...difference })
    expect(Object.isFrozen(settings)).toBe(true)
  })
})

describe('settleFields of a registration with a signing key', () => {
  it('adds the field that requests a signature to Vary, and has other fields for it', () => {
    const signing = settleFields({}, 'public', 'requested')
    expect(signing).toEqual({ ...DEFAULTS, vary: 'Accept, Accept-Signature' })
    expect(isSameFields(signing, settleFields({}))).toBe(false)
  })
})

describe('isSameFields', () => {
  it('is true for two settings with the same members', () => {
    expect(isSameFields(settleFields({}), settleFields({ etag: 'stat' }))).toBe(true)
  })

  it.each(CASES)('is false for the defaults and %o', (options) => {
    expect(isSameFields(settleFields({}), settleFields(options))).toBe(false)
  })
})

describe('the expectation of etag', () => {
  it.each([true, false, 'stat', 'content'])('accepts %o', (value) => {
    expect(FIELD_OPTIONS.etag.accepts(value)).toBe(true)
  })

  it.each(['weak', '', 0, null, () => '"v1"'])('refuses %o', (value) => {
    expect(FIELD_OPTIONS.etag.accepts(value)).toBe(false)
  })
})
