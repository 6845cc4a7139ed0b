import { describe, expect, it } from 'vitest'
import { prefixOf } from '../../src/cli/prefix.js'

describe('prefixOf', () => {
  it.each([
    ['/', ''],
    ['', ''],
    ['/films', '/films'],
    ['/films/', '/films'],
    ['films/', '/films'],
    ['/v1/films', '/v1/films'],
  ])('of %s is %j', (PREFIX, prefix) => {
    expect(prefixOf({ PREFIX })).toBe(prefix)
  })
})
