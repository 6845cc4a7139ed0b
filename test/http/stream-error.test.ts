import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { describeFailure, StreamError, statusCodeOf } from '../../src/http/stream-error.js'

const secret = (code: ConstructorParameters<typeof LastbyteError>[0]) =>
  new LastbyteError(code, 'secret inner text')
const withStatus = (statusCode: unknown) => Object.assign(new Error('mine'), { statusCode })

describe('describeFailure', () => {
  it.each<[string, unknown, string, number, boolean]>([
    ['UNAUTHORIZED', secret('UNAUTHORIZED'), 'authentication_error', 401, false],
    [
      'REPRESENTATION_CHANGED',
      secret('REPRESENTATION_CHANGED'),
      'representation_changed',
      412,
      false,
    ],
    ['FILE_TRUNCATED', secret('FILE_TRUNCATED'), 'file_truncated', 409, false],
    ['FILE_REPLACED', secret('FILE_REPLACED'), 'file_replaced', 409, false],
    ['SOURCE_TIMEOUT', secret('SOURCE_TIMEOUT'), 'timeout', 504, true],
    ['SHUTDOWN', secret('SHUTDOWN'), 'shutdown', 503, true],
    ['CANCELLED', secret('CANCELLED'), 'cancelled', 503, true],
    ['KILLED', secret('KILLED'), 'cancelled', 503, true],
    ['SOURCE_FAILED', secret('SOURCE_FAILED'), 'source_error', 500, true],
    ['BAD_EVENT', secret('BAD_EVENT'), 'source_error', 500, false],
    ['an unknown error', new Error('secret inner text'), 'source_error', 500, true],
    ['undefined instead of an error', undefined, 'source_error', 500, true],
    [
      'an error with the status 502',
      Object.assign(new Error('secret inner text'), { statusCode: 502 }),
      'source_error',
      502,
      true,
    ],
    [
      'an error with an invalid status',
      Object.assign(new Error('secret inner text'), { statusCode: 700 }),
      'source_error',
      500,
      true,
    ],
  ])('describes %s without its message', (_what, error, type, code, retryable) => {
    const described = describeFailure(error, true)
    expect(described).toEqual({ type, code, retryable, message: expect.any(String) })
    expect(described.message).not.toContain('secret')
  })

  it.each([
    [401, 'authentication_error', false],
    [404, 'request_error', false],
    [408, 'request_error', true],
    [429, 'request_error', true],
  ])('keeps the message of an error with the status %i', (code, type, retryable) => {
    const message = 'mine'
    expect(describeFailure(withStatus(code), true)).toEqual({ type, code, retryable, message })
  })

  it('marks an unknown error of a stream without ids as not retryable', () => {
    expect(describeFailure(new Error(), false).retryable).toBe(false)
  })

  it('keeps the members of a StreamError, but replaces an invalid status by 500', () => {
    const error = new StreamError({ type: 'quota', status: 429, retryable: true }, 'Enough')
    const described = { type: 'quota', message: 'Enough', code: 429, retryable: true }
    expect(describeFailure(error, false)).toEqual(described)
    const tooLow = new StreamError({ type: 'odd', status: 200 }, 'Odd')
    expect(describeFailure(tooLow, true)).toMatchObject({ code: 500, retryable: false })
    expect(new StreamError({ type: 'x' }, 'X').status).toBe(500)
    const tooHigh = new StreamError({ type: 'odd', status: 900 }, 'Odd')
    expect(describeFailure(tooHigh, true).code).toBe(500)
  })

  it('describes a StreamError whose type is no text by that of a source', () => {
    const error = new StreamError({ type: 7 as unknown as string }, 'Odd')
    expect(describeFailure(error, true)).toMatchObject({ type: 'source_error', code: 500 })
  })

  it('has a type for each code of an error', () => {
    const error = new LastbyteError('BAD_SETTING', 'secret inner text')
    expect(describeFailure(error, true)).toMatchObject({ type: 'source_error', code: 500 })
  })

  it('keeps the message of a BAD_FAULT', () => {
    const error = new LastbyteError('BAD_FAULT', 'status: expected 200 to 599')
    expect(describeFailure(error, true)).toMatchObject({ code: 400, message: error.message })
  })
})

it.each([
  [{ statusCode: 404 }, 404],
  [{ status: '503' }, 503],
  [{ statusCode: 200, status: 400 }, 400],
  [{ statusCode: Symbol('x') }, undefined],
  [null, undefined],
  [undefined, undefined],
])('statusCodeOf: %o has %s', (error, status) => expect(statusCodeOf(error)).toBe(status))
