import { describe, expect, it } from 'vitest'
import { EventAllowance } from '../../src/connection/event-allowance.js'

describe('EventAllowance', () => {
  it('allows a burst, and more as time passes, never more than the burst at once', () => {
    let now = 0
    const allowance = new EventAllowance(2, 10, () => now)
    expect([allowance.count(), allowance.count(), allowance.count()]).toEqual([true, true, false])
    now = 300
    expect([allowance.count(), allowance.count(), allowance.count()]).toEqual([true, true, false])
    now = 1_000_000
    expect([allowance.count(), allowance.count(), allowance.count()]).toEqual([true, true, false])
  })
})
