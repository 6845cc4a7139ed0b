import { expect, it } from 'vitest'
import { skippedByReason } from '../../../src/check/report/skipped-counts.js'
import { PASSED, skipped } from '../../../src/check/subject/finding.js'
import { resultOf } from '../../fixture/check-results.js'

it('the most frequent reason is first', () => {
  const results = [
    resultOf(skipped('one'), { id: 'a' }),
    resultOf(PASSED, { id: 'b' }),
    resultOf(skipped('two'), { id: 'c' }),
    resultOf(skipped('two'), { id: 'd' }),
  ]
  expect(skippedByReason(results)).toEqual([
    ['two', ['c', 'd']],
    ['one', ['a']],
  ])
})
