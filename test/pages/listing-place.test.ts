import { describe, expect, it } from 'vitest'
import { ancestorsOf, linkedName } from '../../src/pages/listing-place.js'

describe('ancestorsOf', () => {
  it.each([
    ['/', '', []],
    ['/films/', '../', ['../']],
    ['/films/', '', ['./']],
    ['/a b/c/d/', '../../../', ['../../../', '../../../a%20b/', '../../../a%20b/c/']],
    ['/a b/c/', '../', ['../', '../a%20b/']],
    ['/a:b/c/', '../../', ['../../', '../../a%3Ab/']],
  ])('of %s from "%s" are %j', (path, up, hrefs) => {
    const ancestors = ancestorsOf(path, { up })
    expect(ancestors.map(({ href }) => href)).toEqual(hrefs)
    expect(ancestors.map(({ name }) => name)).toEqual(path.split('/').slice(0, -2))
  })
})

describe('linkedName', () => {
  it.each([
    ['a b', 'a%20b'],
    ['a\ud800', 'a%EF%BF%BD'],
    ['🎬', '%F0%9F%8E%AC'],
  ])('encodes %j as %s', (name, encoded) => {
    expect(linkedName(name)).toBe(encoded)
  })
})
