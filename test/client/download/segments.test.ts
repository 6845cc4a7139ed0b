import { describe, expect, it } from 'vitest'
import { type Segment, Segments } from '../../../src/client/download/segments.js'

const MIB = 1024 * 1024

/** The result of a call that must have assigned a segment. */
function required(segment: Segment | undefined): Segment {
  if (segment === undefined) throw new Error('expected a segment')
  return segment
}

describe('Segments', () => {
  it('splits the longest assigned segment for each further connection', () => {
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

  it('assigns each missing slice before it splits one, and splits none below 2 MiB', () => {
    const segments = new Segments([
      { start: 0, end: MIB },
      { start: 5 * MIB, end: 6 * MIB },
    ])
    expect(segments.take()).toEqual({ next: 0, end: MIB })
    expect(segments.take()).toEqual({ next: 5 * MIB, end: 6 * MIB })
    expect(segments.take()).toBeUndefined()
  })

  it('neither splits nor reassigns bytes that were written', () => {
    const segments = new Segments([{ start: 0, end: 16 * MIB }])
    const first = required(segments.take())
    segments.markWritten(0, 12 * MIB)
    expect(segments.take()).toEqual({ next: 14 * MIB, end: 16 * MIB })
    segments.release(first)
    expect(segments.take()).toEqual({ next: 12 * MIB, end: 14 * MIB })
  })

  it('assigns a slow segment a second time only, and counts what either connection writes', () => {
    const segments = new Segments([{ start: 0, end: MIB }])
    const slow = required(segments.take())
    segments.markWritten(0, 1000)
    const duplicate = required(segments.takeDuplicate())
    expect(duplicate).toEqual({ next: 1000, end: MIB })
    expect(segments.takeDuplicate()).toBeUndefined()
    segments.markWritten(1000, MIB)
    expect(slow.next).toBe(MIB)
    segments.release(slow)
    segments.release(duplicate)
    expect(segments.take()).toBeUndefined()
  })

  it('assigns nothing when no slice is missing, and ignores the second release of a segment', () => {
    const segments = new Segments([])
    expect(segments.take()).toBeUndefined()
    expect(segments.takeDuplicate()).toBeUndefined()
    const one = new Segments([{ start: 0, end: 10 }])
    const segment = required(one.take())
    one.release(segment)
    one.release(segment)
    expect(one.take()).toEqual({ next: 0, end: 10 })
    expect(one.take()).toBeUndefined()
  })
})
