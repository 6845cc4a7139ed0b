import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FairQueue } from '../../../src/source/digest/fair-queue.js'

const by = (address: string, connection: string) => ({ address, connection })
const anybody = () => true

describe('FairQueue', () => {
  it('lets the addresses take turns, and the connections of one address', () => {
    const queue = new FairQueue<{ name: string }>()
    const add = (name: string, address: string, connection: string) =>
      queue.add({ name }, by(address, connection))
    for (let n = 1; n <= 3; n += 1) add(`a1 ${n}`, 'a', '1')
    add('a2', 'a', '2')
    add('b', 'b', '1')
    const taken = Array.from({ length: 6 }, () => queue.take(anybody)?.item.name)
    expect(taken).toEqual(['a1 1', 'b', 'a2', 'a1 2', 'a1 3', undefined])
  })

  it('passes over an address that is not allowed', () => {
    const queue = new FairQueue<object>()
    queue.add({}, by('a', '1'))
    queue.add({}, by('b', '1'))
    expect(queue.take((address) => address !== 'a')?.address).toBe('b')
    expect(queue.take((address) => address !== 'a')).toBeUndefined()
    expect(queue.size).toBe(1)
  })

  it('lets an item wait for no more items of others than these have taken turns, whoever they are', () => {
    const asker = fc.record({
      address: fc.constantFrom('a', 'b', 'c'),
      connection: fc.constantFrom('1', '2'),
    })
    fc.assert(
      fc.property(fc.array(asker, { maxLength: 100 }), (askers) => {
        const queue = new FairQueue<{ own: boolean }>()
        for (const each of askers) queue.add({ own: false }, each)
        queue.add({ own: true }, by('own', '1'))
        let before = 0
        while (queue.take(anybody)?.item.own === false) before += 1
        expect(before).toBeLessThanOrEqual(3)
        while (queue.take(anybody) !== undefined);
        expect(queue.size).toBe(0)
      }),
    )
  })

  it('removes an item from all its askers', () => {
    const queue = new FairQueue<object>()
    const item = {}
    queue.add(item, by('a', '1'))
    queue.add(item, by('a', '1'))
    queue.add(item, by('b', '1'))
    expect([queue.size, queue.has(item), queue.countOf(by('b', '1'))]).toEqual([1, true, 1])
    queue.remove(item)
    expect([queue.size, queue.has(item), queue.countOf(by('b', '1'))]).toEqual([0, false, 0])
    expect(queue.take(anybody)).toBeUndefined()
  })

  it('finds the newest item of who has the most, except for one that would have as many', () => {
    const queue = new FairQueue<{ name: number }>()
    for (let name = 1; name <= 3; name += 1) queue.add({ name }, by('a', '1'))
    queue.add({ name: 4 }, by('a', '2'))
    expect(queue.outweighing(by('b', '1'))).toEqual({ name: 3 })
    expect(queue.outweighing(by('a', '2'))).toEqual({ name: 3 })
    expect(queue.outweighing(by('a', '1'))).toBeUndefined()
    for (let name = 5; name <= 7; name += 1) queue.add({ name }, by('b', '1'))
    expect(queue.outweighing(by('b', '1'))).toBeUndefined()
  })
})
