import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Rates } from '../../src/delivery/pace.js'

// By the clock of a busy machine, the bytes of two turns may be permitted at once.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

it('lets transfers take turns at the rate of all', async () => {
  const rates = new Rates({ rate: 2_000_000 })
  const { signal } = new AbortController()
  const order: number[] = []
  const sending = [0, 1, 2].map(async (index) => {
    const pace = rates.begin(`192.0.2.${index}`)
    for (let n = 0; n < 6; n += 1) {
      pace.count(await pace.permit(1_000_000, { signal, waitFor: () => {} }))
      order.push(index)
    }
  })
  await vi.advanceTimersByTimeAsync(5_000)
  await Promise.all(sending)
  for (const index of [0, 1, 2]) {
    expect(order.slice(0, 9).filter((each) => each === index)).toHaveLength(3)
  }
})
