import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Pace, Rates } from '../../src/delivery/pace.js'

/** A transfer that records the sides for which it waited. */
function transferOf(signal = new AbortController().signal) {
  const sides: string[] = []
  return {
    sides,
    transfer: { signal, waitFor: (side: string) => void sides.push(side) },
  }
}

/** Sends so many bytes at the pace. */
async function send(pace: Pace, bytes: number, { transfer } = transferOf()): Promise<number[]> {
  const pieces: number[] = []
  for (let sent = 0; sent < bytes; ) {
    const piece = await pace.permit(bytes - sent, transfer)
    pace.count(piece)
    pieces.push(piece)
    sent += piece
  }
  return pieces
}

const secondsOf = async (task: Promise<unknown>) => {
  const began = performance.now()
  await task
  return (performance.now() - began) / 1000
}

describe('Rates', () => {
  it('limits a transfer to its rate, in pieces of a twentieth of a second', async () => {
    const pace = new Rates({ ratePerAddress: 1_000_000 }).begin('192.0.2.1')
    const began = performance.now()
    const pieces = await send(pace, 600_000)
    const seconds = (performance.now() - began) / 1000
    expect(Math.max(...pieces)).toBe(50_000)
    expect(seconds).toBeGreaterThan(0.4)
    expect(seconds).toBeLessThan(3)
  })

  it('shares the rate of an address between its transfers, and gives other addresses their own', async () => {
    const rates = new Rates({ ratePerAddress: 1_000_000 })
    const both = [rates.begin('2001:db8::1'), rates.begin('2001:db8::2')]
    expect(rates.size).toBe(1)
    const seconds = await secondsOf(Promise.all(both.map((pace) => send(pace, 300_000))))
    expect(seconds).toBeGreaterThan(0.4)
    const other = await secondsOf(send(rates.begin('2001:db8:1::1'), 50_000))
    expect(other).toBeLessThan(0.2)
  })

  it('takes back what a full socket did not accept', async () => {
    let now = 0
    const rates = new Rates({ ratePerAddress: 1000 }, () => now)
    const pace = rates.begin('192.0.2.1')
    const { transfer, sides } = transferOf()
    for (let n = 0; n < 50; n += 1) {
      expect(await pace.permit(1000, transfer)).toBe(1000)
      pace.count(0)
    }
    expect(sides).toEqual([])
    now += 1
  })

  it('waits as this server, which no stall timeout limits, and ends with the transfer', async () => {
    const rates = new Rates({ ratePerAddress: 1000 })
    const pace = rates.begin('192.0.2.1')
    const stop = new AbortController()
    const { transfer, sides } = transferOf(stop.signal)
    pace.count(100_000)
    const waiting = pace.permit(1000, transfer)
    expect(sides).toEqual(['server'])
    stop.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
  })

  it('keeps the debt of an address when its transfers end, and forgets the address afterwards', async () => {
    const rates = new Rates({ ratePerAddress: 1_000_000 })
    const first = rates.begin('192.0.2.1')
    first.count(300_000)
    first.close()
    first.close()
    expect(rates.size).toBe(1)
    const { transfer, sides } = transferOf()
    const second = rates.begin('192.0.2.1')
    await second.permit(1, transfer)
    expect(sides).toEqual(['server', 'client'])
    second.close()
    await expect.poll(() => rates.size).toBe(0)
  })

  it('never permits more than was asked for, less than a byte, or more than the rate in all', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 30 }),
        async (rate, asked) => {
          let now = 0
          const rates = new Rates({ ratePerAddress: rate, rate: 2 * rate }, () => now)
          const pace = rates.begin('192.0.2.1')
          const { transfer } = transferOf()
          for (const most of asked) {
            now += 1e9
            const bytes = await pace.permit(most, transfer)
            expect(bytes).toBeGreaterThanOrEqual(1)
            expect(bytes).toBeLessThanOrEqual(most)
            expect(bytes).toBeLessThanOrEqual(Math.max(1024, Math.ceil(rate / 20)))
            pace.count(bytes)
          }
        },
      ),
    ))
})
