import { describe, expect, it } from 'vitest'
import { etagOf, isResumable } from '../../src/client/pinned-version.js'
import type { ReadPolicy } from '../../src/client/read-policy.js'
import type { Validator } from '../../src/resume/judge-response.js'

const STRONG: Validator = { kind: 'strong', etag: '"a"' }
const DATE = { kind: 'date', lastModified: 'Sun, 06 Nov 1994 08:49:37 GMT' } as const
const WEAK: Validator = { kind: 'weak', field: 'W/"a"' }
const NONE: Validator = { kind: 'none' }
const versionOf = (validator: Validator) => ({ validator, size: undefined })

describe('isResumable', () => {
  it.each([
    [STRONG, { strict: true, allowWeak: true }],
    [DATE, { strict: true, allowWeak: true }],
    [WEAK, { strict: false, allowWeak: true }],
    [NONE, { strict: false, allowWeak: false }],
  ])('of a version with %j is %j', (validator, expected) => {
    const isWith = (allowWeak: boolean) =>
      isResumable(versionOf(validator), { allowWeak } as ReadPolicy)
    expect({ strict: isWith(false), allowWeak: isWith(true) }).toEqual(expected)
  })
})

describe('etagOf', () => {
  it.each([
    [STRONG, '"a"'],
    [DATE, undefined],
    [WEAK, undefined],
    [NONE, undefined],
  ])('of a version with %j is %s', (validator, etag) => {
    expect(etagOf(versionOf(validator))).toBe(etag)
  })
})
