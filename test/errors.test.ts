import { describe, expect, it } from 'vitest'
import { asLastbyteError, LastbyteError, toError } from '../src/errors.js'
import { StreamError } from '../src/http/stream-error.js'

describe('LastbyteError', () => {
  it('has a code, a message, facts and a cause', () => {
    const cause = new Error('EIO')
    const facts = { path: '/f' }
    const error = new LastbyteError('SOURCE_FAILED', 'Cannot read /f', facts, { cause })
    expect(error).toBeInstanceOf(Error)
    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      ...{ name: 'LastbyteError', code: 'SOURCE_FAILED', message: 'Cannot read /f' },
      ...{ facts, cause },
    })
  })

  it('has empty facts and no cause by default', () => {
    const error = new LastbyteError('GAVE_UP', 'Cannot continue reading')
    expect(error.facts).toEqual({})
    expect('cause' in error).toBe(false)
  })
})

describe('asLastbyteError', () => {
  it.each([
    new LastbyteError('CLIENT_GONE', 'Cannot continue sending'),
    new StreamError({ type: 'quota' }, 'Quota exceeded'),
  ])('returns a %s itself, with its own code', (error) => {
    expect(asLastbyteError(error, 'SOURCE_FAILED', 'Cannot read')).toBe(error)
  })

  it.each([new Error('EIO'), 'text', undefined, null])('wraps %s as the cause', (thrown) => {
    const error = asLastbyteError(thrown, 'SOURCE_FAILED', 'Cannot read')
    expect(error).toBeInstanceOf(LastbyteError)
    expect(error).toMatchObject({ code: 'SOURCE_FAILED', message: 'Cannot read', facts: {} })
    expect(error.cause).toBe(thrown)
  })
})

describe('toError', () => {
  it('returns an Error that can be inspected itself', () => {
    const error = new Error('x', { cause: new Error('y') })
    expect(toError(error)).toBe(error)
  })

  it('keeps the class, the code and the message of a frozen Error, and can be marked by a logger', () => {
    const error = toError(Object.freeze(new LastbyteError('SOURCE_FAILED', 'Cannot read')))
    expect(error).toBeInstanceOf(LastbyteError)
    expect(error).toMatchObject({ code: 'SOURCE_FAILED', message: 'Cannot read' })
    expect(Object.isExtensible(error)).toBe(true)
  })

  it.each([
    [null, 'expected an Error to be thrown; received null'],
    [Symbol('s'), 'expected an Error to be thrown; received Symbol(s)'],
    [{ message: 'No such room' }, 'No such room'],
    [Object.create(null), 'an object was thrown'],
    [new Proxy({}, { get: () => JSON.parse('{') }), 'a value was thrown that cannot be read'],
    [Object.assign(new Error('x'), { message: 1 }), 'an Error was thrown that cannot be read'],
  ])('describes the thrown value in case %#', (thrown, message) => {
    expect(toError(thrown).message).toBe(message)
  })

  it('keeps the status of an object', () => {
    expect(toError({ statusCode: 404, message: 'x' })).toMatchObject({ statusCode: 404 })
  })
})
