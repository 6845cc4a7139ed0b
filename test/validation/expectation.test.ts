import { describe, expect, it } from 'vitest'
import {
  arrayOf,
  BOOLEAN,
  copyArray,
  copyObject,
  type Expectation,
  FUNCTION,
  isOptionsObject,
  OBJECT,
  objectWith,
  oneOf,
  required,
  SIGNAL,
  STRING,
  STRINGS,
  TEXT,
} from '../../src/validation/expectation.js'
import { SAMPLES, type SampleName } from '../fixture/option-samples.js'

const OBJECTS = ['object', 'object without a prototype', 'object whose conversions throw'] as const

const EXPECTATIONS: readonly [string, Expectation, readonly SampleName[]][] = [
  ['true or false', BOOLEAN, []],
  ['a non-empty string', TEXT, ['string']],
  ['a string', STRING, ['empty string', 'string']],
  ['a function', FUNCTION, ['function']],
  ['an AbortSignal', SIGNAL, []],
  ['an object', OBJECT, OBJECTS],
  ['an array of strings', STRINGS, ['array']],
  ['"a", "b" or "1s"', oneOf('a', 'b', '1s'), ['string']],
  ['"1s"', oneOf('1s'), ['string']],
  ['a closer', objectWith(['close'], 'a closer'), []],
  ['a list', arrayOf(STRING, 'a list', 1), []],
]

describe.each(EXPECTATIONS)('the expectation of %s', (expected, expectation, accepted) => {
  it('describes itself so', () => {
    expect(expectation.expected).toBe(expected)
  })

  it.each(Object.entries(SAMPLES))('judges the sample "%s" by its form', (name, value) => {
    expect(expectation.accepts(value)).toBe(accepted.includes(name as SampleName))
  })
})

describe('BOOLEAN', () => {
  it('accepts true and false', () => {
    expect([true, false].every(BOOLEAN.accepts)).toBe(true)
  })
})

describe('SIGNAL', () => {
  it('accepts the signal of a controller, and none that only looks like one', () => {
    const { signal } = new AbortController()
    expect(SIGNAL.accepts(signal)).toBe(true)
    expect(SIGNAL.accepts({ aborted: false, addEventListener() {} })).toBe(false)
  })
})

describe('objectWith', () => {
  it('accepts an instance of a class with the methods', () => {
    class Closer {
      close() {}
    }
    expect(objectWith(['close'], 'a closer').accepts(new Closer())).toBe(true)
    expect(objectWith(['close', 'open'], 'a door').accepts(new Closer())).toBe(false)
  })
})

describe('arrayOf', () => {
  it('judges each value, and copies the array', () => {
    const names = ['a', 'b']
    const copy = STRINGS.copy?.(names)
    names.push('c')
    expect(copy).toEqual(['a', 'b'])
    expect(Object.isFrozen(copy)).toBe(true)
    expect(STRINGS.accepts(['a', 1])).toBe(false)
  })
})

describe('required', () => {
  it('marks a copy of an expectation', () => {
    expect(required(TEXT)).toEqual({ ...TEXT, required: true })
    expect(TEXT.required).toBeUndefined()
  })
})

describe('copyArray', () => {
  it('copies a hole as undefined, which is no string', () => {
    const holes = new Array(1)
    expect(Object.keys(copyArray(holes) as unknown[])).toEqual(['0'])
    expect(STRINGS.accepts(copyArray(holes))).toBe(false)
  })

  it('returns any other value itself', () => {
    expect(copyArray('text')).toBe('text')
  })
})

describe('copyObject', () => {
  it('copies own properties into a frozen object', () => {
    const fields = { a: '1' }
    const copy = copyObject(fields)
    fields.a = '2'
    expect(copy).toEqual({ a: '1' })
    expect(Object.isFrozen(copy)).toBe(true)
  })

  it('returns any other value itself', () => {
    const map = new Map()
    expect(copyObject(map)).toBe(map)
    expect(copyObject(null)).toBe(null)
  })
})

describe('isOptionsObject', () => {
  class Options {}

  it.each([[{}], [Object.create(null)], [new Options()]])('accepts %o', (value) => {
    expect(isOptionsObject(value)).toBe(true)
  })

  it.each([
    [null],
    [undefined],
    [[]],
    [new Map()],
    [new Headers()],
    [Promise.resolve()],
    [new Date()],
    [/a/],
    [() => {}],
    ['text'],
  ])('refuses %o, which has no options', (value) => {
    expect(isOptionsObject(value)).toBe(false)
  })
})
