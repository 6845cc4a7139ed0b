import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReceiveCredit } from '../../src/connection/receive-credit.js'

describe('ReceiveCredit', () => {
  it('lasts for the timeout where nothing is received', () => {
    const credit = new ReceiveCredit(1_000, 100)
    credit.spend(999, 0)
    expect(credit.isSpent).toBe(false)
    credit.spend(1, 0)
    expect(credit.isSpent).toBe(true)
  })

  it('never ends for a sender that keeps the rate, whatever its pauses within the timeout', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 999 })), (pauses) => {
        const credit = new ReceiveCredit(1_000, 100)
        for (const ms of pauses) {
          credit.spend(ms, 0)
          expect(credit.isSpent).toBe(false)
          credit.spend(0, Math.ceil(ms / 10))
        }
      }),
    )
  })

  it('ends for a sender below the rate, however much it has sent before', () => {
    const credit = new ReceiveCredit(1_000, 100)
    credit.spend(0, 1_000_000_000)
    let ms = 0
    for (; !credit.isSpent; ms += 100) credit.spend(100, 1)
    expect(ms).toBe(1_200)
  })

  it('begins anew with each byte where there is no rate', () => {
    const credit = new ReceiveCredit(1_000, 0)
    for (let n = 0; n < 100; n++) {
      credit.spend(900, 0)
      credit.spend(0, 1)
    }
    expect(credit.isSpent).toBe(false)
    credit.spend(1_000, 0)
    expect(credit.isSpent).toBe(true)
  })
})
