import { describe, expect, it } from 'vitest'
import { Segments } from '../../../src/client/download/segments.js'
import { addSlice, bytesIn, missingSlices } from '../../../src/client/download/slice-set.js'

const MIB = 1024 * 1024

describe('slices that are held', () => {
  it('join where they touch, in any order', () => {
    const held = [
      [10, 20],
      [0, 5],
      [20, 30],
      [5, 10],
      [40, 40],
    ].reduce<ReturnType<typeof addSlice>>(
      (slices, [start = 0, end = 0]) => addSlice(slices, { start, end }),
      [],
    )
    expect(held).toEqual([{ start: 0, end: 30 }])
    expect(bytesIn(held)).toBe(30)
  })

  it('leave the rest missing', () => {
    const held = [
      { start: 2, end: 4 },
      { start: 6, end: 8 },
    ]
    expect(missingSlices(held, 10)).toEqual([
      { start: 0, end: 2 },
      { start: 4, end: 6 },
      { start: 8, end: 10 },
    ])
    expect(missingSlices([{ start: 0, end: 10 }], 10)).toEqual([])
    expect(missingSlices([], 0)).toEqual([])
  })
})

describe('the missing bytes, shared out', () => {
  it('each connection halves the longest that another has', () => {
    const segments = new Segments([{ start: 0, end: 16 * MIB }])
    const first = segments.take()
    const second = segments.take()
    const third = segments.take()
    expect([first, second, third]).toEqual([
      { next: 0, end: 4 * MIB },
      { next: 8 * MIB, end: 16 * MIB },
      { next: 4 * MIB, end: 8 * MIB },
    ])
  })

  it('what is open goes before what is halved, and too little is not halved', () => {
    const segments = new Segments([
      { start: 0, end: MIB },
      { start: 5 * MIB, end: 6 * MIB },
    ])
    expect(segments.take()).toEqual({ next: 0, end: MIB })
    expect(segments.take()).toEqual({ next: 5 * MIB, end: 6 * MIB })
    expect(segments.take()).toBeUndefined()
  })

  it('what has been written is not halved, nor given back', () => {
    const segments = new Segments([{ start: 0, end: 16 * MIB }])
    const first = segments.take()
    segments.written(0, 12 * MIB)
    expect(segments.take()).toEqual({ next: 14 * MIB, end: 16 * MIB })
    if (first) segments.giveBack(first)
    expect(segments.take()).toEqual({ next: 12 * MIB, end: 14 * MIB })
  })

  it('help with a slow one is asked for once, and what it writes counts for both', () => {
    const segments = new Segments([{ start: 0, end: MIB }])
    const slow = segments.take()
    segments.written(0, 1000)
    const help = segments.repeat()
    expect(help).toEqual({ next: 1000, end: MIB })
    expect(segments.repeat()).toBeUndefined()
    segments.written(1000, MIB)
    expect(slow?.next).toBe(MIB)
    if (slow) segments.giveBack(slow)
    if (help) segments.giveBack(help)
    expect(segments.take()).toBeUndefined()
  })
})
