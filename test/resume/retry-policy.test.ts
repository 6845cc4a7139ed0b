import { describe, expect, it } from 'vitest'
import {
  longestWait,
  RETRY_OPTIONS,
  retryPolicyFor,
  settleRetryPolicy,
} from '../../src/resume/retry-policy.js'
import { readOptions } from '../../src/validation/read-options.js'

describe('settleRetryPolicy', () => {
  it('has the documented defaults', () => {
    expect(settleRetryPolicy({})).toMatchObject({
      stall: 10_000,
      retryFor: 60_000,
      openFor: 10_000,
      readAhead: 131_072,
    })
  })

  it.each([{ stall: 0 }, { readAhead: 0 }, { retryFor: -1 }, { openFor: '1s' }])(
    'refuses %j by the name of the option, as every source reads it',
    (options) => {
      const [setting] = Object.keys(options)
      expect(() => settleRetryPolicy(readOptions(options, RETRY_OPTIONS))).toThrow(
        expect.objectContaining({
          code: 'BAD_SETTING',
          message: expect.stringMatching(new RegExp(`^${setting}: `)),
        }),
      )
    },
  )

  it('makes budgets that wait up to 100 ms first and 5 s at most, and end after their time', () => {
    const { budgetFor } = settleRetryPolicy({})
    const budget = budgetFor(1_000_000)
    const waits = Array.from({ length: 30 }, () => budget.next() ?? Number.NaN)
    expect(waits[0]).toBeLessThan(100)
    expect(Math.max(...waits)).toBeLessThan(5000)
    expect(Math.max(...waits)).toBeGreaterThan(100)
    expect(budgetFor(0).next()).toBeUndefined()
  })
})

describe('retryPolicyFor', () => {
  const policy = settleRetryPolicy({})

  it("turns retries off for attempts: 'one', and leaves the rest", () => {
    const { budgetFor, ...numbers } = retryPolicyFor(policy, 'one')
    expect(numbers).toMatchObject({ stall: 10_000, retryFor: 0, openFor: 0, readAhead: 131_072 })
    expect(retryPolicyFor(policy, undefined)).toBe(policy)
  })
})

describe('longestWait', () => {
  it.each([
    [{ stall: 100, retryFor: 5000, openFor: 1000 }, 5200],
    [{ stall: 100, retryFor: 0, openFor: 1000 }, 1200],
  ])('of %j is %i ms', (options, ms) => {
    expect(longestWait(settleRetryPolicy(options))).toBe(ms)
  })
})
