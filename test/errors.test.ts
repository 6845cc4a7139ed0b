import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { asLastbyteError, LastbyteError, toError, toReadable } from '../src/errors.js'
import { StreamError } from '../src/http/stream-error.js'
import { fail, THROWN } from './fixture/thrown-values.js'

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

  it.each(Object.entries(THROWN))(
    'returns an Error that a logger serializes and Fastify reads: %s',
    (_what, make) => {
      const error = toError(make())
      expect(error).toBeInstanceOf(Error)
      expect(typeof error.message).toBe('string')
      const lines: string[] = []
      pino({}, { write: (line: string) => void lines.push(line) }).error({ err: error }, 'logged')
      expect(lines[0]).toContain('"msg":"logged"')
      const { code, status, statusCode } = error as unknown as Record<string, unknown>
      void [code, status, statusCode]
    },
  )

  it.each<[string, () => Error]>([
    ['a frozen cause', () => new Error('x', { cause: Object.freeze(new Error('y')) })],
    ['a cause method that throws', () => Object.assign(new Error('x'), { cause: fail })],
    ['a frozen member', () => new AggregateError([Object.freeze(new Error('y'))], 'x')],
    [
      'a getter that throws',
      () => Object.defineProperty(new Error('x'), 'a', { get: fail, enumerable: true }),
    ],
  ])('keeps class, message and status of an Error with %s', (_what, make) => {
    class OwnError extends Error {}
    const given = Object.assign(Object.setPrototypeOf(make(), OwnError.prototype), {
      statusCode: 404,
    })
    const error = toError(given)
    expect(error).not.toBe(given)
    expect(error).toBeInstanceOf(OwnError)
    expect(error).toMatchObject({ message: 'x', statusCode: 404 })
    pino({}, { write: () => {} }).error({ err: error })
  })

  it('keeps the status of an object', () => {
    expect(toError({ statusCode: 404, message: 'x' })).toMatchObject({ statusCode: 404 })
  })
})

describe('toReadable', () => {
  it.each([null, undefined, 'text', new Error('x'), { statusCode: 404 }, [], () => {}])(
    'returns the thrown value itself in case %#',
    (thrown) => {
      expect(toReadable(thrown)).toBe(thrown)
    },
  )

  it.each([
    'a frozen error',
    'a proxy whose traps throw',
    'a proxy of a function whose traps throw',
  ])('returns an Error in place of %s', (what) => {
    const thrown = THROWN[what]?.()
    expect(toReadable(thrown) === thrown).toBe(false)
    expect(toReadable(thrown)).toBeInstanceOf(Error)
  })
})

it('the message of a LastbyteError has no character on which a terminal acts, and its facts are unchanged', () => {
  const facts = { received: '\x1b[2J\u009b\u202e' }
  const error = new LastbyteError('REFUSED', `received ${facts.received}`, facts)
  expect(error.message).toBe('received \\u001b[2J\\u009b\\u202e')
  expect(error.stack).not.toContain('\u009b')
  expect(error.facts).toEqual(facts)
})
