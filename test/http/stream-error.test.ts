import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { describeFailure, StreamError } from '../../src/http/stream-error.js'

const secret = (code: ConstructorParameters<typeof LastbyteError>[0]) =>
  new LastbyteError(code, 'secret inner text')
const withStatus = (statusCode: unknown) => Object.assign(new Error('mine'), { statusCode })

describe('describeFailure', () => {
  it.each<[string, unknown, string, number, boolean]>([
    ['UNAUTHORIZED', secret('UNAUTHORIZED'), 'authentication_error', 401, false],
    ['a change', secret('REPRESENTATION_CHANGED'), 'representation_changed', 412, false],
    ['FILE_TRUNCATED', secret('FILE_TRUNCATED'), 'file_truncated', 409, false],
    ['FILE_REPLACED', secret('FILE_REPLACED'), 'file_replaced', 409, false],
    ['SOURCE_TIMEOUT', secret('SOURCE_TIMEOUT'), 'timeout', 504, true],
    ['SHUTDOWN', secret('SHUTDOWN'), 'shutdown', 503, true],
    ['CANCELLED', secret('CANCELLED'), 'cancelled', 503, true],
    ['SOURCE_FAILED', secret('SOURCE_FAILED'), 'source_error', 500, true],
    ['BAD_EVENT', secret('BAD_EVENT'), 'source_error', 500, false],
    ['any error', new Error('secret inner text'), 'source_error', 500, true],
    ['no error at all', undefined, 'source_error', 500, true],
    [
      'a 502',
      Object.assign(new Error('secret inner text'), { statusCode: 502 }),
      'source_error',
      502,
      true,
    ],
    [
      'a status that is none',
      Object.assign(new Error('secret inner text'), { statusCode: 700 }),
      'source_error',
      500,
      true,
    ],
  ])('%s', (_what, error, type, code, retryable) => {
    const described = describeFailure(error, true)
    expect(described).toEqual({ type, code, retryable, message: expect.any(String) })
    expect(described.message).not.toContain('secret')
  })

  it.each([
    [401, 'authentication_error', false],
    [404, 'request_error', false],
    [408, 'request_error', true],
    [429, 'request_error', true],
  ])('an error with the status %i tells its own message', (code, type, retryable) => {
    const message = 'mine'
    expect(describeFailure(withStatus(code), true)).toEqual({ type, code, retryable, message })
  })

  it('a stream without ids is not to be asked again after an unknown error', () => {
    expect(describeFailure(new Error(), false).retryable).toBe(false)
  })

  it('says a StreamError as it is, with a status that is one', () => {
    const error = new StreamError({ type: 'quota', status: 429, retryable: true }, 'Enough')
    const told = { type: 'quota', message: 'Enough', code: 429, retryable: true }
    expect(describeFailure(error, false)).toEqual(told)
    const odd = new StreamError({ type: 'odd', status: 200 }, 'Odd')
    expect(describeFailure(odd, true)).toMatchObject({ code: 500, retryable: false })
    expect(new StreamError({ type: 'x' }, 'X').status).toBe(500)
    const tall = new StreamError({ type: 'odd', status: 900 }, 'Odd')
    expect(describeFailure(tall, true).code).toBe(500)
  })

  it('names what a fault wants', () => {
    const error = new LastbyteError('BAD_FAULT', 'status: wants a final status')
    expect(describeFailure(error, true)).toMatchObject({ code: 400, message: error.message })
  })
})
