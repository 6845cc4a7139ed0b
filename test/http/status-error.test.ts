import { expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { StatusError } from '../../src/http/status-error.js'

it('StatusError has the status, the fields, the facts and the cause of an error response', () => {
  const cause = new Error('/secret/path')
  const headers = { 'retry-after': '1' }
  const options = { facts: { host: 'h' }, cause }
  const error = new StatusError('SOURCE_BUSY', 503, 'Try again in a moment.', headers, options)
  expect(error).toBeInstanceOf(LastbyteError)
  expect(error).toMatchObject({ code: 'SOURCE_BUSY', statusCode: 503, headers, cause })
  expect(error.facts).toEqual({ host: 'h', status: 503 })
  expect(error.message).not.toContain('secret')
})
