import { expect, it } from 'vitest'
import { applyBuffered, applyReadEvent } from '../../../src/pages/scripts/received-events.js'
import { ReceivedRanges } from '../../../src/pages/scripts/received-ranges.js'

it('applyReadEvent takes bytes, cuts and where a read went on from the events of the worker', () => {
  const ranges = new ReceivedRanges()
  expect(applyReadEvent(ranges, { kind: 'opened', start: 0, end: 100, size: 100 })).toBe(100)
  applyReadEvent(ranges, { kind: 'received', start: 0, end: 40, attempt: 1 })
  applyReadEvent(ranges, { kind: 'interrupted', offset: 40, reason: 'x', wait: 1, tries: 1 })
  applyReadEvent(ranges, { kind: 'resumed', offset: 40, attempt: 2 })
  applyReadEvent(ranges, { kind: 'received', start: 40, end: 60, attempt: 2 })
  applyReadEvent(ranges, { kind: 'changed', pinned: '"a"', current: '"b"' })
  applyReadEvent(ranges, { kind: 'gave-up', reason: 'x', status: undefined })
  expect(applyReadEvent(ranges, { kind: 'closed' })).toBeUndefined()
  expect(ranges.ranges).toMatchObject([
    { start: 0, end: 40, attempt: 1 },
    { start: 40, end: 60, attempt: 2 },
  ])
  expect(ranges.marks).toEqual([
    { kind: 'cut', position: 40 },
    { kind: 'healed', position: 40 },
    { kind: 'changed', position: 60 },
    { kind: 'gave-up', position: 60 },
  ])
})

it('applyBuffered gives what is new to the attempt', () => {
  const ranges = new ReceivedRanges()
  const times = (...list: [number, number][]) => ({
    length: list.length,
    start: (index: number) => list[index]?.[0] ?? 0,
    end: (index: number) => list[index]?.[1] ?? 0,
  })
  applyBuffered(ranges, times([0, 10]), 1)
  applyBuffered(ranges, times([0, 15], [30, 40]), 2)
  expect(ranges.ranges).toEqual([
    { start: 0, end: 10, attempt: 1 },
    { start: 10, end: 15, attempt: 2 },
    { start: 30, end: 40, attempt: 2 },
  ])
})
