import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { type Expectations, required, STRINGS, TEXT } from '../../src/validation/expectation.js'
import { milliseconds } from '../../src/validation/number-expectations.js'
import { invalidSetting } from '../../src/validation/option-error.js'
import { readArgument, readNestedOptions, readOptions } from '../../src/validation/read-options.js'

interface Options {
  readonly name?: string
  readonly names?: readonly string[]
  readonly retryFor?: number
}

const OPTIONS: Expectations<Options> = { name: TEXT, names: STRINGS, retryFor: milliseconds(0) }

const read = (options: unknown) => readOptions(options, OPTIONS)

describe('readOptions', () => {
  it('returns a frozen copy without the options that are undefined', () => {
    const options = { retryFor: 5, name: undefined }
    const copy = read(options)
    expect(copy).toEqual({ retryFor: 5 })
    expect('name' in copy).toBe(false)
    expect(Object.isFrozen(copy)).toBe(true)
    expect(copy).not.toBe(options)
  })

  it('returns no options for undefined', () => {
    expect(read(undefined)).toEqual({})
  })

  it('copies an array, so that a later change has no effect', () => {
    const names = ['a']
    const copy = read({ names })
    names.push('b')
    expect(copy.names).toEqual(['a'])
  })

  it('reads a getter once', () => {
    let reads = 0
    const copy = read({
      get retryFor() {
        reads += 1
        return reads === 1 ? 5 : 'changed'
      },
    })
    expect(copy).toEqual({ retryFor: 5 })
    expect(reads).toBe(1)
  })

  it('reads the inherited getters of a class', () => {
    class Own {
      get retryFor() {
        return 5
      }
    }
    expect(read(new Own())).toEqual({ retryFor: 5 })
  })

  it.each([
    [{ retryFor: '1s' }, 'retryFor: expected a number of ms, 0 or more; received "1s"'],
    [{ name: '' }, 'name: expected a non-empty string; received ""'],
    [{ names: ['a', 1] }, 'names: expected an array of strings; received ["a", 1]'],
    [
      { retriesFor: 1 },
      'retriesFor: unknown option; did you mean retryFor? known options: name, names, retryFor',
    ],
    [{ zzzz: undefined }, 'zzzz: unknown option; known options: name, names, retryFor'],
    [Object.create({ zzzz: 1 }), 'zzzz: unknown option; known options: name, names, retryFor'],
    [
      JSON.parse('{ "__proto__": 1 }'),
      '__proto__: unknown option; known options: name, names, retryFor',
    ],
    [{ [Symbol('s')]: 1 }, 'Symbol("s"): unknown option; known options: name, names, retryFor'],
    [null, 'options: expected an object; received null'],
    ['text', 'options: expected an object; received "text"'],
    [[], 'options: expected an object; received []'],
    [new Map(), 'options: expected an object; received an instance of Map'],
  ])('refuses %o', (options, message) => {
    expect(() => read(options)).toThrow(expect.objectContaining({ code: 'BAD_SETTING', message }))
  })

  it('names the unknown option before one of the wrong form', () => {
    expect(() => read({ retryFor: '1s', zzzz: 1 })).toThrow(/^zzzz: unknown option/)
  })

  it('reports a getter that throws, with its error as the cause', () => {
    const cause = new Error('getter')
    const options = {
      get name(): string {
        throw cause
      },
    }
    expect(() => read(options)).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: 'name: expected a non-empty string; received a value that throws when it is read',
        cause,
      }),
    )
  })

  it('reports a proxy that throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(() => read(proxy)).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: 'options: expected an object that can be read; received an object',
      }),
    )
    expect(() => read({ names: proxy })).toThrow(/^names: expected an array of strings; received/)
  })

  it('names a missing option that has no default', () => {
    const expectations: Expectations<{ readonly to: string }> = { to: required(TEXT) }
    const message = 'to: expected a non-empty string; received undefined'
    expect(() => readOptions({}, expectations)).toThrow(message)
    expect(() => readOptions(undefined, expectations)).toThrow(message)
  })

  it('lists no known options where there are none', () => {
    expect(() => readOptions({ at: 1 }, {})).toThrow('at: unknown option; known options: none')
  })

  it('makes the errors of the place', () => {
    const error = (member: string, message: string) =>
      new LastbyteError('BAD_FAULT', message, { member })
    const place = { name: 'rule', prefix: 'rule.', error }
    expect(() => readOptions({ name: 1 }, OPTIONS, place)).toThrow(
      expect.objectContaining({
        code: 'BAD_FAULT',
        message: 'rule.name: expected a non-empty string; received 1',
        facts: { member: 'rule.name' },
      }),
    )
    expect(() => readOptions(null, OPTIONS, place)).toThrow(
      'rule: expected an object; received null',
    )
  })

  it('returns a value of each form or fails with a code, whatever the options are', () => {
    const value = fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true })
    const options = fc.oneof(
      value,
      fc.dictionary(fc.constantFrom('name', 'names', 'retryFor', 'stall'), value),
    )
    fc.assert(
      fc.property(options, (given) => {
        try {
          const { name, names, retryFor, ...others } = read(given)
          expect(others).toEqual({})
          expect(name === undefined || TEXT.accepts(name)).toBe(true)
          expect(names === undefined || STRINGS.accepts(names)).toBe(true)
          expect(retryFor === undefined || milliseconds(0).accepts(retryFor)).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({ name: 'LastbyteError', code: 'BAD_SETTING' })
        }
      }),
    )
  })
})

describe('readNestedOptions', () => {
  it.each([
    [{ retryFor: -1 }, /^list\.retryFor: expected a number of ms/],
    [{ retriesFor: 1 }, /^list\.retriesFor: unknown option; did you mean list\.retryFor\?/],
    [[], /^list: expected an object; received \[\]/],
  ])('reports %o with the name of the options', (options, message) => {
    expect(() => readNestedOptions('list', options, OPTIONS)).toThrow(message)
  })

  it('returns the options', () => {
    expect(readNestedOptions('list', { name: 'a' }, OPTIONS)).toEqual({ name: 'a' })
  })
})

describe('readArgument', () => {
  it('returns a value of the expected form', () => {
    expect(readArgument('url', 'http://host', TEXT)).toBe('http://host')
  })

  it.each([[undefined], [''], [1]])('refuses %o by the name of the argument', (value) => {
    expect(() => readArgument('url', value, TEXT)).toThrow(/^url: expected a non-empty string/)
  })

  it('fails with the error that it is given', () => {
    const error = () => invalidSetting('other', 'expected another', 1)
    expect(() => readArgument('url', 1, TEXT, error)).toThrow(/^other: /)
  })
})
