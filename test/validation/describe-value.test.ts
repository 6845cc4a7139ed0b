import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  describeName,
  describeType,
  describeValue,
  isSecretName,
} from '../../src/validation/describe-value.js'

class Track {
  readonly secret = 'not shown'
}

const throwing = {
  toString() {
    throw new Error('toString was called')
  },
  toJSON() {
    throw new Error('toJSON was called')
  },
}

describe('describeValue', () => {
  it.each([
    ['1s', '"1s"'],
    ['', '""'],
    ['a "quoted" \\ text', '"a \\"quoted\\" \\\\ text"'],
    ['two\nlines', '"two\\nlines"'],
    ['\u001b[31mred\u202e', '"\\u001b[31mred\\u202e"'],
    ['a'.repeat(61), `"${'a'.repeat(60)}…"`],
    ['http://name:word@host/path', '"http://***@host/path"'],
    [1.5, '1.5'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [10n, '10n'],
    [10n ** 5000n, 'a large bigint'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('name'), 'Symbol("name")'],
    [Symbol(), 'Symbol()'],
    [function named() {}, 'function named'],
    [(() => () => {})(), 'a function'],
    [[], '[]'],
    [[1, 'a', null], '[1, "a", null]'],
    [[1, 2, 3, 4, 5, 6], '[1, 2, 3, 4, 5, …]'],
    [[[[[1]]]], '[[[…]]]'],
    [{}, '{}'],
    [{ a: 1, 'b c': { d: {} } }, '{ a: 1, "b c": { d: {} } }'],
    [{ a: { b: { c: 1 } } }, '{ a: { b: {…} } }'],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, '{ a: 1, b: 2, c: 3, d: 4, e: 5, … }'],
    [Object.create(null), '{}'],
    [new Map([['a', 1]]), 'an instance of Map'],
    [new Date(0), 'an instance of Date'],
    [new Track(), 'an instance of Track'],
    [throwing, '{ toString: function toString, toJSON: function toJSON }'],
  ])('describes %o in one line', (value, text) => {
    expect(describeValue(value)).toBe(text)
  })

  it('shows no value of a member whose name is that of a credential', () => {
    const value = { token: 'a', secretAccessKey: 'b', headers: { cookie: 'c' }, rate: 1 }
    expect(describeValue(value)).toBe('{ token: …, secretAccessKey: …, headers: …, rate: 1 }')
  })

  it('runs no getter', () => {
    const value = Object.defineProperty({}, 'a', { enumerable: true, get: () => expect.fail() })
    expect(describeValue(value)).toBe('{ a: (a getter) }')
  })

  it('describes a proxy that throws on every access as an object', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(describeValue(proxy)).toBe('an object')
    expect(describeValue([proxy])).toBe('an array')
  })

  it('describes an object that contains itself', () => {
    const value: Record<string, unknown> = {}
    value.own = value
    expect(describeValue(value)).toBe('{ own: { own: {…} } }')
  })

  it('describes every value in one short line', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    })
    fc.assert(
      fc.property(fc.oneof(anything, fc.string({ unit: 'binary', maxLength: 200 })), (value) => {
        const text = describeValue(value)
        expect(text.length).toBeLessThanOrEqual(121)
        expect(text).toMatch(/^\P{Cc}+$/u)
      }),
    )
  })
})

describe('describeType', () => {
  it.each([
    ['secret', 'a string'],
    [1, 'a number'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ secret: 1 }, 'an object'],
    [['secret'], 'an array'],
    [new Map([['secret', 1]]), 'an instance of Map'],
  ])('describes %o without any part of it', (value, text) => {
    expect(describeType(value)).toBe(text)
  })

  it('describes a revoked proxy although every operation on it throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(describeType(proxy)).toBe('an object')
  })
})

describe('describeName', () => {
  it.each([
    ['retryFor', 'retryFor'],
    ['list.format', 'list.format'],
    ['fault[0].at', 'fault[0].at'],
    ['', '""'],
    ['two\nlines', '"two\\nlines"'],
    ['a'.repeat(100), `"${'a'.repeat(60)}…"`],
  ])('quotes %j only if it is not plain and short', (name, text) => {
    expect(describeName(name)).toBe(text)
  })
})

describe('isSecretName', () => {
  it.each([
    'headers',
    'fields',
    'token',
    'authorization',
    'secretAccessKey',
    'password',
    'tls',
    'key',
  ])('keeps the value of %s out of errors', (name) => {
    expect(isSecretName(name)).toBe(true)
  })

  it.each(['retryFor', 'root', 'stall', 'monkey', 'setHeaders', 'errorEvent', 'forward', 'keys'])(
    'shows the value of %s',
    (name) => {
      expect(isSecretName(name)).toBe(false)
    },
  )
})
