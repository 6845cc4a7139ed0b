import { expect, it } from 'vitest'
import { failed, PASSED, skipped } from '../../../src/check/subject/finding.js'

it('is passed, failed with what was expected and received, or skipped for a reason', () => {
  expect(PASSED).toEqual({ kind: 'passed' })
  expect(failed(undefined, 'a response', 'none')).toEqual({
    kind: 'failed',
    exchange: undefined,
    expected: 'a response',
    received: 'none',
  })
  expect(skipped('the server tells no size')).toEqual({
    kind: 'skipped',
    reason: 'the server tells no size',
  })
})
