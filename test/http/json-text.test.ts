import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isThenable, jsonText } from '../../src/http/json-text.js'

const rejected = () => Promise.reject(new Error('not handled by the application'))
const withThen = (then: unknown) => Object.fromEntries([['then', then]])

describe('jsonText', () => {
  it('is the text of JSON.stringify for every value that JSON represents', () => {
    const property = fc.property(fc.jsonValue(), (value) => {
      expect(jsonText(value)).toEqual({ kind: 'json', text: JSON.stringify(value) })
    })
    fc.assert(property)
  })

  it.each([
    ['undefined', undefined],
    ['function', () => {}],
    ['symbol', Symbol('s')],
  ])('refuses %s, which JSON leaves out', (received, value) => {
    expect(jsonText(value)).toEqual({ kind: 'refused', received })
  })

  it.each<[string, () => unknown]>([
    ['itself', rejected],
    ['a member', () => ({ a: 1, b: rejected() })],
    ['an element', () => [1, rejected()]],
    ['a member of an element, beside an empty object', () => [{}, { a: { b: rejected() } }]],
    ['one of several', () => ({ a: rejected(), b: rejected() })],
    ['an object with a then', () => ({ a: withThen(() => {}) })],
  ])('refuses a promise, and handles its rejection: %s', async (_where, value) => {
    expect(jsonText(value())).toEqual({ kind: 'refused', received: 'promise' })
    // An unhandled rejection would fail this test.
    await new Promise((resolve) => setImmediate(resolve))
  })

  it.each([501, 6000, 200_000])('refuses %i levels, which no client accepts', (levels) => {
    let value: unknown = 1
    for (let level = 0; level < levels; level += 1) value = { value }
    expect(jsonText(value)).toEqual({ kind: 'refused', received: 'more than 500 levels' })
  })

  it('passes on a RangeError of the application', () => {
    const toJSON = () => new Date(Number.NaN).toISOString()
    expect(() => jsonText({ toJSON })).toThrow(new RangeError('Invalid time value'))
  })

  it('visits each object once, where toJSON hides a cycle', () => {
    const parent: Record<string, unknown> = { empty: {} }
    parent.child = { parent, toJSON: () => 'child' }
    expect(jsonText(parent)).toEqual({ kind: 'json', text: '{"empty":{},"child":"child"}' })
  })
})

describe('isThenable', () => {
  // Named, so that no title reads `then`.
  it.each<[string, () => unknown, boolean]>([
    ['a promise', () => Promise.resolve(), true],
    ['an object with a function then', () => withThen(() => {}), true],
    ['an object with another then', () => withThen(1), false],
    ['null', () => null, false],
    [
      'an object whose then cannot be read',
      () => Object.defineProperty({}, 'then', { get: () => JSON.parse('{') }),
      false,
    ],
  ])('judges %s', (_name, value, expected) => {
    expect(isThenable(value())).toBe(expected)
  })
})
