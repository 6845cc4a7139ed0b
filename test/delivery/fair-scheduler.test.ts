import { describe, expect, it } from 'vitest'
import { FairScheduler } from '../../src/delivery/fair-scheduler.js'

/** Resolves when a turn of the event loop is over. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('turns', () => {
  it('let others have theirs between two that move much, first come, first served', async () => {
    const turns = new FairScheduler()
    const seen: string[] = []
    for (const name of ['a', 'b', 'c']) {
      turns.schedule(() => {
        seen.push(name)
        return 512 * 1024
      })
    }
    for (let n = 0; n < 3; n += 1) {
      await turn()
      seen.push('others')
    }
    expect(seen).toEqual(['a', 'others', 'b', 'others', 'c', 'others'])
  })

  it('are shared by those that move little', async () => {
    const turns = new FairScheduler()
    let moved = 0
    for (let n = 0; n < 100; n += 1) {
      turns.schedule(() => {
        moved += 1024
        return 1024
      })
    }
    await turn()
    expect(moved).toBe(100 * 1024)
  })

  it('begin anew after all have had theirs', async () => {
    const turns = new FairScheduler()
    let moves = 0
    for (let n = 0; n < 3; n += 1) {
      turns.schedule(() => {
        moves += 1
        return 1024 * 1024
      })
      await turn()
      expect(moves).toBe(n + 1)
    }
  })
})
