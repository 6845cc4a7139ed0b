import { expect, it } from 'vitest'
import { BoundReached, Budget } from '../../../src/check/subject/budget.js'

const BYTES = 1024 * 1024
const IN_FLIGHT = 64 * 1024
const UNTIMED = { limit: 1, now: () => 0 }

it('permits as many requests as its bound has, and no more', () => {
  const budget = new Budget({ requests: 2, bytes: BYTES }, UNTIMED)
  budget.countRequest()
  budget.countRequest()
  expect(() => budget.countRequest()).toThrow(BoundReached)
  expect(() => budget.countRequest()).toThrow('the bound of 2 requests is reached')
  expect(budget.requests).toBe(2)
})

it('keeps the bytes back that are in flight when a connection is closed', () => {
  const budget = new Budget({ requests: 2, bytes: BYTES }, UNTIMED)
  expect(budget.bytesLeft).toBe(BYTES - IN_FLIGHT)
  budget.countBytes(BYTES - IN_FLIGHT - 1)
  budget.countRequest()
  budget.countBytes(1)
  expect(budget.bytesLeft).toBe(0)
  expect(() => budget.countRequest()).toThrow(`the bound of ${BYTES} bytes is reached`)
  budget.countBytes(IN_FLIGHT)
  expect(budget.bytesLeft).toBe(0)
  expect(budget.bytes).toBe(BYTES)
})

it('permits more bytes of a large representation, and never less than before', () => {
  const budget = new Budget({ requests: 2, bytes: BYTES }, UNTIMED)
  budget.allowBytes(10 * BYTES)
  expect(budget.bound).toEqual({ requests: 2, bytes: 10 * BYTES })
  budget.allowBytes(BYTES)
  expect(budget.bound.bytes).toBe(10 * BYTES)
})

it('permits no request after its time', () => {
  let now = 1000
  const budget = new Budget({ requests: 9, bytes: BYTES }, { limit: 5000, now: () => now })
  now = 5999
  budget.countRequest()
  now = 6000
  expect(() => budget.countRequest()).toThrow('the bound of 5 s is reached')
})
