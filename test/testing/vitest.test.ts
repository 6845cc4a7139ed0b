import { expect, it } from 'vitest'
import '../../src/testing/vitest.js'
import { requestEntry } from '../fixture/request-entry.js'

it('lastbyte/testing/vitest adds the matchers to expect', () => {
  expect([requestEntry({})]).toHaveRequestedTimes(1)
  expect([requestEntry({})]).not.toHaveRequestedTimes(2)
})
