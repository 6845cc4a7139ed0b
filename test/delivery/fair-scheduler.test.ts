import { describe, expect, it } from 'vitest'
import { FairScheduler } from '../../src/delivery/fair-scheduler.js'

/** Resolves when a turn of the event loop is over. */
const turn = () => new Promise((resolve) => setImmediate(resolve))
const fail = (error: Error) => {
  throw error
}

describe('FairScheduler', () => {
  it('runs one large move in each turn of the event loop, in the order in which they were scheduled', async () => {
    const scheduler = new FairScheduler()
    const order: string[] = []
    for (const name of ['a', 'b', 'c']) {
      scheduler.schedule(() => {
        order.push(name)
        return 512 * 1024
      }, fail)
    }
    for (let n = 0; n < 3; n += 1) {
      await turn()
      order.push('others')
    }
    expect(order).toEqual(['a', 'others', 'b', 'others', 'c', 'others'])
  })

  it('runs many small moves in one turn of the event loop', async () => {
    const scheduler = new FairScheduler()
    let moved = 0
    for (let n = 0; n < 100; n += 1) {
      scheduler.schedule(() => {
        moved += 1024
        return 1024
      }, fail)
    }
    await turn()
    expect(moved).toBe(100 * 1024)
  })

  it('runs a move that is scheduled after all others have run', async () => {
    const scheduler = new FairScheduler()
    let moves = 0
    for (let n = 0; n < 3; n += 1) {
      scheduler.schedule(() => {
        moves += 1
        return 1024 * 1024
      }, fail)
      await turn()
      expect(moves).toBe(n + 1)
    }
  })

  it.each([
    ['an error', new Error('broken')],
    ['null', null],
    ['a text', 'broken'],
  ])(
    'passes %s that a move throws to its `failed` callback, and runs the following moves',
    async (_what, thrown) => {
      const scheduler = new FairScheduler()
      const failures: Error[] = []
      const order: string[] = []
      const failing = () => {
        throw thrown
      }
      scheduler.schedule(failing, (error) => failures.push(error))
      const following = () => {
        order.push('behind')
        return 1
      }
      scheduler.schedule(following, fail)
      await turn()
      scheduler.schedule(following, fail)
      await turn()
      expect(order).toEqual(['behind', 'behind'])
      expect(failures).toHaveLength(1)
      expect(failures[0]).toBeInstanceOf(Error)
      expect(failures[0]?.cause ?? failures[0]).toBe(thrown ?? failures[0])
    },
  )
})
