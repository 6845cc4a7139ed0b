import { expect, it } from 'vitest'
import { judgeRepeatedField } from '../../../src/check/validators/repeated-field.js'
import { exchangeWith } from '../../fixture/exchange.js'

const tagged = (etag: string) => exchangeWith({ fields: { ETag: etag } })

it('names the first two values that differ', () => {
  const other = tagged('"b"')
  expect(judgeRepeatedField('ETag', [tagged('"a"'), tagged('"a"'), other, tagged('"c"')])).toEqual({
    kind: 'failed',
    exchange: other,
    expected: 'the same ETag in each of 4 responses',
    received: 'ETag: "a", then ETag: "b"',
  })
})

it('leaves out responses with an error', () => {
  const busy = exchangeWith({ status: 503 })
  expect(judgeRepeatedField('ETag', [busy, tagged('"a"'), tagged('"a"')]).kind).toBe('passed')
  expect(judgeRepeatedField('ETag', [busy, tagged('"a"'), busy])).toEqual({
    kind: 'skipped',
    reason: 'the responses have the statuses 503,200,503',
  })
})
