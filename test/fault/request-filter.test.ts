import { describe, expect, it } from 'vitest'
import { filterText, matcherOf } from '../../src/fault/request-filter.js'
import { requestEntry } from '../fixture/request-entry.js'

const always = () => true
const never = () => false
const entry = requestEntry({ path: '/a', range: null, status: 206 })

describe('matcherOf', () => {
  it.each([
    [undefined, true],
    [{}, true],
    [{ path: '/a', status: 206, range: null }, true],
    [{ path: '/a', status: 200 }, false],
    [{ status: undefined }, true],
    [always, true],
    [never, false],
  ] as const)('with %j matches: %s', (filter, matches) => {
    expect(matcherOf(filter as never)(entry)).toBe(matches)
  })
})

describe('filterText', () => {
  it.each([
    [undefined, 'any request'],
    [{}, 'any request'],
    [{ path: '/a', range: null }, 'a request with path "/a", range null'],
    [function isFirst() {}, 'a request for which isFirst is true'],
    [() => true, 'a request for which the filter is true'],
  ])('of %j is "%s"', (filter, text) => {
    expect(filterText(filter as never)).toBe(text)
  })
})
