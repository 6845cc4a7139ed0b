import { expect, it } from 'vitest'
import { describeField } from '../../../src/check/subject/describe-field.js'
import { exchangeWith } from '../../fixture/exchange.js'

it('describes a field with its value, or that it is absent', () => {
  const exchange = exchangeWith({ fields: { etag: '"a"' } })
  expect(describeField(exchange, 'ETag')).toBe('ETag: "a"')
  expect(describeField(exchange, 'Vary')).toBe('no Vary')
})
