import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Slab, SlabPool } from '../../src/transport/slab.js'

/** Reads bytes of one value to a slab of the pool, as a socket does. */
class Reading {
  #slab: Slab
  constructor(private readonly pool: SlabPool) {
    this.#slab = pool.take()
  }

  read(bytes: number, value: number) {
    let room = this.#slab.room()
    if (room === undefined) {
      this.#slab.retire()
      this.#slab = this.pool.take()
      room = this.#slab.room() as Uint8Array
    }
    room.fill(value, 0, Math.min(bytes, room.length))
    const slab = this.#slab
    return { slab, value, chunk: slab.take(Math.min(bytes, room.length)) }
  }
}

describe('Slab', () => {
  it('is read to from its start again when none of its chunks is in use', () => {
    const reading = new Reading(new SlabPool())
    const first = reading.read(100, 1)
    const second = reading.read(100, 2)
    expect(second.chunk.byteOffset).toBe(100)
    first.slab.release()
    second.slab.release()
    expect(reading.read(100, 3).chunk.byteOffset).toBe(0)
  })

  it('never changes a chunk that is in use, whatever the order of reads and releases', () => {
    const step = fc.oneof(
      fc.record({ reading: fc.nat(2), bytes: fc.integer({ min: 1, max: 300_000 }) }),
      fc.record({ release: fc.nat() }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = new SlabPool()
        const readings = [new Reading(pool), new Reading(pool), new Reading(pool)]
        const inUse: ReturnType<Reading['read']>[] = []
        for (const [index, each] of steps.entries()) {
          if ('bytes' in each) {
            const read = readings[each.reading]?.read(each.bytes, index + 1)
            if (read !== undefined) inUse.push(read)
          } else if (inUse.length > 0) {
            const [released] = inUse.splice(each.release % inUse.length, 1)
            released?.slab.release()
          }
          for (const { chunk, value } of inUse) {
            expect([chunk[0], chunk.at(-1)]).toEqual([value, value])
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('SlabPool', () => {
  it('keeps at most 16 unused slabs', () => {
    const pool = new SlabPool()
    const first = Array.from({ length: 20 }, () => pool.take())
    for (const slab of first) slab.retire()
    const again = Array.from({ length: 20 }, () => pool.take())
    expect(again.filter((slab) => first.includes(slab))).toHaveLength(16)
  })

  it('gets back a retired slab only when its last chunk is released', () => {
    const pool = new SlabPool()
    const slab = pool.take()
    slab.take(10)
    slab.retire()
    expect(pool.take()).not.toBe(slab)
    slab.release()
    expect(pool.take()).toBe(slab)
  })
})
