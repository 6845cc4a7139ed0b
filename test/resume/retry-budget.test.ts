import { describe, expect, it } from 'vitest'
import { RetryBudget } from '../../src/resume/retry-budget.js'

const RULES = { base: 100, most: 1000, retryFor: 5000 }

function budgetWith(chance: number, rules = RULES) {
  const clock = { ms: 0 }
  return {
    clock,
    budget: new RetryBudget(
      rules,
      () => clock.ms,
      () => chance,
    ),
  }
}

describe('RetryBudget', () => {
  it('doubles the longest wait up to a bound, and draws the wait from all of it', () => {
    const { budget } = budgetWith(1)
    expect([1, 2, 3, 4, 5, 6].map(() => budget.next())).toEqual([100, 200, 400, 800, 1000, 1000])
    expect(budget.tries).toBe(6)
    const none = budgetWith(0)
    expect([none.budget.next(), none.budget.next()]).toEqual([0, 0])
    expect(budgetWith(0.5).budget.next()).toBe(50)
  })

  it('resets the count and the time at progress', () => {
    const { budget, clock } = budgetWith(1)
    budget.next()
    budget.next()
    clock.ms = 4900
    budget.progress()
    expect(budget.tries).toBe(0)
    clock.ms = 9000
    expect(budget.next()).toBe(100)
  })

  it('ends where the next attempt would be later than retryFor after the first failure', () => {
    const { budget, clock } = budgetWith(0.5)
    clock.ms = 10_000
    expect(budget.next()).toBe(50)
    clock.ms = 14_900
    expect(budget.next()).toBe(100)
    clock.ms = 14_901
    expect(budget.next()).toBeUndefined()
  })

  it('does not count the time in which the consumer paused', () => {
    const { budget, clock } = budgetWith(1)
    budget.progress()
    clock.ms = 60_000
    expect(budget.next()).toBe(100)
  })

  it('waits no shorter than the server asks for, and ends where that is too late', () => {
    const { budget } = budgetWith(0.5)
    expect(budget.next(3000)).toBe(3000)
    expect(budget.next(10)).toBe(100)
    expect(budget.next(5001)).toBeUndefined()
  })

  it('allows no retry with a retryFor of 0', () => {
    expect(budgetWith(0, { ...RULES, retryFor: 0 }).budget.next()).toBeUndefined()
  })
})
