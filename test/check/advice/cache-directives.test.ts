import { expect, it } from 'vitest'
import { cacheDirectives } from '../../../src/check/advice/cache-directives.js'
import { exchangeWith } from '../../fixture/exchange.js'

it.each([
  ['public, max-age=0', ['public', 'max-age']],
  ['No-Store,NO-TRANSFORM', ['no-store', 'no-transform']],
  ['private="set-cookie, no-store", max-age = 5', ['private', 'max-age']],
])('reads the directives of %s', (value, expected) => {
  const exchange = exchangeWith({ fields: { 'Cache-Control': value } })
  expect([...cacheDirectives(exchange)]).toEqual(expected)
})

it('has no directive without the field', () => {
  expect(cacheDirectives(exchangeWith({})).has('no-store')).toBe(false)
})
