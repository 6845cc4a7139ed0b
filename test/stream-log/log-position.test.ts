import { describe, expect, it } from 'vitest'
import {
  formatLogId,
  locate,
  retainedEpochs,
  withEpoch,
} from '../../src/stream-log/log-position.js'

const EPOCHS = [
  { tag: 'aaaaaaaa', first: 1 },
  { tag: 'bbbbbbbb', first: 5 },
]

describe('locate', () => {
  it.each([
    { id: undefined, number: 3 },
    { id: '2-aaaaaaaa', number: 3 },
    { id: '4-aaaaaaaa', number: 5 },
    { id: '5-bbbbbbbb', number: 6 },
    { id: '7-bbbbbbbb', number: 8 },
  ])('finds the event after $id', ({ id, number }) => {
    expect(locate({ epochs: EPOCHS, first: 3, next: 8 }, id)).toBe(number)
  })

  it.each([
    { id: '1-aaaaaaaa', reason: 'old' },
    { id: '5-aaaaaaaa', reason: 'unknown' },
    { id: '4-bbbbbbbb', reason: 'unknown' },
    { id: '8-bbbbbbbb', reason: 'unknown' },
    { id: '0-aaaaaaaa', reason: 'unknown' },
    { id: '3-cccccccc', reason: 'unknown' },
    { id: '3', reason: 'unknown' },
    { id: 'x', reason: 'unknown' },
  ])('reports a gap after $id, which is $reason', ({ id, reason }) => {
    expect(() => locate({ epochs: EPOCHS, first: 3, next: 8 }, id)).toThrow(
      expect.objectContaining({ code: 'GAP', facts: { id, reason } }),
    )
  })

  it('reads the ids that it formats', () => {
    const epochs = [{ tag: 'a-_b', first: 1 }]
    expect(locate({ epochs, first: 1, next: 9 }, formatLogId(7, 'a-_b'))).toBe(8)
  })
})

describe('epochs', () => {
  it.each([
    { first: 1, left: ['aaaaaaaa', 'bbbbbbbb'] },
    { first: 5, left: ['aaaaaaaa', 'bbbbbbbb'] },
    { first: 6, left: ['bbbbbbbb'] },
  ])('keep those of events from $first on, and of the one before', ({ first, left }) => {
    expect(retainedEpochs(EPOCHS, first).map(({ tag }) => tag)).toEqual(left)
  })

  it('replace one without events', () => {
    expect(withEpoch(EPOCHS, { tag: 'c', first: 5 }).map(({ tag }) => tag)).toEqual([
      'aaaaaaaa',
      'c',
    ])
  })
})
