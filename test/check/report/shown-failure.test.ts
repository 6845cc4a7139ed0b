import { expect, it } from 'vitest'
import { requestText, shownFailure } from '../../../src/check/report/shown-failure.js'
import { failed } from '../../../src/check/subject/finding.js'
import { exchangeOf, sentRequest } from '../../fixture/check-results.js'

it('a failure is shown without credentials and without the query', () => {
  const fields = { authorization: 'Bearer abcd', range: 'bytes=0-0' }
  const request = sentRequest({ url: 'http://host/f?token=abcd', fields })
  const failure = failed(exchangeOf(request), 'this', 'a Location of /g?token=abcd')
  const shown = shownFailure({ ...failure })
  expect(JSON.stringify(shown)).not.toContain('abcd')
  expect(shown.received).toBe('a Location of /g?…')
  expect(shown.request && requestText(shown.request)).toBe(
    'GET /f?… HTTP/1.1, Authorization: …, Range: bytes=0-0',
  )
})

it('a failure without a response has no request', () => {
  expect(shownFailure(failed(undefined, 'a response', 'none'))).toEqual({
    request: undefined,
    expected: 'a response',
    received: 'none',
  })
})

it('the fields that every request has are not repeated, but another Host is', () => {
  const shown = shownFailure(failed(exchangeOf(sentRequest({ fields: { host: 'a' } })), 'x', 'y'))
  expect(shown.request && requestText(shown.request)).toBe('GET /f HTTP/1.1, Host: a')
})
