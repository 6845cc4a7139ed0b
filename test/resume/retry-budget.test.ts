import { describe, expect, it } from 'vitest'
import { RetryBudget } from '../../src/resume/retry-budget.js'

const RULES = { base: 100, most: 1000, retryFor: 5000 }

function budgetAt(chance: number) {
  const clock = { ms: 0 }
  return {
    clock,
    budget: new RetryBudget(
      RULES,
      () => clock.ms,
      () => chance,
    ),
  }
}

describe('how long to wait before the next try', () => {
  it('doubles the longest wait, up to a bound, and takes any share of it', () => {
    const { budget } = budgetAt(1)
    expect([1, 2, 3, 4, 5, 6].map(() => budget.next())).toEqual([100, 200, 400, 800, 1000, 1000])
    expect(budget.tries).toBe(6)
    const none = budgetAt(0)
    expect([none.budget.next(), none.budget.next()]).toEqual([0, 0])
    expect(budgetAt(0.5).budget.next()).toBe(50)
  })

  it('progress begins the count and the time anew', () => {
    const { budget, clock } = budgetAt(1)
    budget.next()
    budget.next()
    clock.ms = 4900
    budget.progress()
    expect(budget.tries).toBe(0)
    clock.ms = 9000
    expect(budget.next()).toBe(100)
  })

  it('ends where the next try would be too late after the first in vain', () => {
    const { budget, clock } = budgetAt(0.5)
    clock.ms = 10_000
    expect(budget.next()).toBe(50)
    clock.ms = 14_900
    expect(budget.next()).toBe(100)
    clock.ms = 14_901
    expect(budget.next()).toBeUndefined()
  })

  it('does not count the time in which the reader rested', () => {
    const { budget, clock } = budgetAt(1)
    budget.progress()
    clock.ms = 60_000
    expect(budget.next()).toBe(100)
  })

  it('waits no shorter than the server wants, and not at all for what is too late', () => {
    const { budget } = budgetAt(0.5)
    expect(budget.next(3000)).toBe(3000)
    expect(budget.next(10)).toBe(100)
    expect(budget.next(5001)).toBeUndefined()
  })
})
