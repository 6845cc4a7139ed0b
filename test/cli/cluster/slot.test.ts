import { expect, it } from 'vitest'
import { emptySlot } from '../../../src/cli/cluster/slot.js'

it('A new slot has no process, and each slot its own backoff', () => {
  const [one, other] = [emptySlot(1), emptySlot(2)]
  expect(one).toMatchObject({ id: 1, worker: undefined, listeningSince: undefined })
  expect(one.backoff).not.toBe(other.backoff)
})
