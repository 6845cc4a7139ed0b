import { describe, expect, it } from 'vitest'
import { asLastbyteError, LastbyteError } from '../src/errors.js'
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
