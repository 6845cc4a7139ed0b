import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ContentSlab,
  isKept,
  retain,
  SEGMENT_SIZE,
  type SlabPlace,
  viewOf,
} from '../../../src/source/file/content-slab.js'
import { pattern } from '../../fixture/files.js'

describe('ContentSlab', () => {
  it('keeps contents in few large buffers, each as it was added', () => {
    const slab = new ContentSlab(4 * SEGMENT_SIZE)
    const places = Array.from({ length: 300 }, (_, n) => slab.add(pattern(4_096, n)))
    const buffers = new Set<unknown>()
    for (const [n, place] of places.entries()) {
      const view = place && viewOf(place, 0, 4_096)
      expect(view?.equals(pattern(4_096, n))).toBe(true)
      buffers.add(view?.buffer)
    }
    expect(buffers.size).toBe(2)
    expect(slab.size).toBe(2 * SEGMENT_SIZE)
    const [first] = places
    expect(first && viewOf(first, 10, 20)).toEqual(pattern(4_096, 0).subarray(10, 20))
  })

  it('loses the oldest contents where it is full, and takes no more memory', () => {
    const slab = new ContentSlab(2 * SEGMENT_SIZE)
    const add = () => slab.add(Buffer.alloc(SEGMENT_SIZE / 2))
    const places = [add(), add(), add(), add(), add()]
    expect(places.map((place) => place && isKept(place))).toEqual([false, false, true, true, true])
    expect(places.map((place) => place && viewOf(place, 0, 1) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ])
    expect(slab.size).toBe(2 * SEGMENT_SIZE)
  })

  it('leaves a content as it is while it is retained, and adds nothing where all are', () => {
    const slab = new ContentSlab(2 * SEGMENT_SIZE)
    const first = slab.add(Buffer.alloc(SEGMENT_SIZE, 1))
    const second = slab.add(Buffer.alloc(SEGMENT_SIZE, 2))
    if (first === undefined || second === undefined) throw new Error('the slab was empty')
    const [release, again, releaseSecond] = [retain(first), retain(first), retain(second)]
    expect(slab.add(Buffer.alloc(1))).toBeUndefined()
    release()
    release()
    expect(slab.add(Buffer.alloc(1)), 'the other use remains').toBeUndefined()
    again()
    expect(slab.add(Buffer.alloc(1))).toBeDefined()
    expect([isKept(first), isKept(second)]).toEqual([false, true])
    releaseSecond()
  })

  it.each([0, SEGMENT_SIZE - 1])('with %d bytes keeps nothing', (bytes) => {
    const slab = new ContentSlab(bytes)
    expect([slab.isEnabled, slab.add(Buffer.alloc(1))]).toEqual([false, undefined])
  })

  it('adds no content that is larger than a segment', () => {
    const slab = new ContentSlab(4 * SEGMENT_SIZE)
    expect(slab.add(Buffer.alloc(SEGMENT_SIZE + 1))).toBeUndefined()
    expect(slab.add(Buffer.alloc(SEGMENT_SIZE))).toBeDefined()
  })

  it('never changes a content that is kept or retained, whatever is added and released', () => {
    const operation = fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        length: fc.integer({ min: 0, max: 131_072 }),
      }),
      fc.record({ kind: fc.constant('retain' as const), at: fc.nat(200) }),
      fc.record({ kind: fc.constant('release' as const), at: fc.nat(200) }),
    )
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 20, maxLength: 200 }),
        fc.integer({ min: 1, max: 4 }),
        (operations, segments) => {
          const slab = new ContentSlab(segments * SEGMENT_SIZE)
          const added: { place: SlabPlace; content: Buffer }[] = []
          const writes: { view: Buffer; content: Buffer; release: () => void }[] = []
          for (const [step, each] of operations.entries()) {
            if (each.kind === 'add') {
              const content = Buffer.alloc(each.length, step + 1)
              const place = slab.add(content)
              if (place !== undefined) added.push({ place, content })
            } else if (each.kind === 'retain') {
              const { place, content } = added[each.at % Math.max(1, added.length)] ?? {}
              const view = place && viewOf(place, 0, content?.length ?? 0)
              if (place && view && content) writes.push({ view, content, release: retain(place) })
            } else {
              for (const { release } of writes.splice(each.at % Math.max(1, writes.length), 1)) {
                release()
              }
            }
            for (const { view, content } of writes) expect(view.equals(content)).toBe(true)
          }
          for (const { place, content } of added) {
            const view = viewOf(place, 0, content.length)
            if (isKept(place)) expect(view?.equals(content)).toBe(true)
          }
          expect(slab.size).toBeLessThanOrEqual(segments * SEGMENT_SIZE)
        },
      ),
      { numRuns: 60 },
    )
  })
})
