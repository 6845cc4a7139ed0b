import { expect, it } from 'vitest'
import { unusable } from '../../src/check/unusable.js'
import { exchangeOf, sentRequest } from '../fixture/check-results.js'

it('the error names the URL without its query, and has the status', () => {
  const exchange = exchangeOf(sentRequest({ url: 'http://host/f?sig=1' }), 404)
  expect(unusable(exchange, 'a file', 'status 404')).toMatchObject({
    code: 'REFUSED',
    message: 'Cannot check http://host/f?…: expected a file; received status 404',
    facts: { status: 404 },
  })
})
