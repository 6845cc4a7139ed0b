import { describe, expect, it } from 'vitest'
import { FairGate, type GateLimits } from '../../src/async/fair-gate.js'

const LIMITS: GateLimits = {
  running: 1,
  places: 6,
  placesPerGroup: 4,
  items: 100,
  itemsPerGroup: 50,
}

/** A gate, with the order in which its tasks start and are refused. */
class Gated {
  readonly gate: FairGate
  readonly started: string[] = []
  readonly refused: string[] = []
  readonly #leave = new Map<string, (items?: number) => void>()
  readonly #ended = new Map<string, AbortController>()

  constructor(limits: Partial<GateLimits> = {}) {
    this.gate = new FairGate({ ...LIMITS, ...limits })
  }

  /** Enters as the group that the first letter of the name is. */
  async enter(...names: string[]): Promise<void> {
    for (const name of names) {
      const ended = new AbortController()
      this.#ended.set(name, ended)
      this.gate.enter(name.slice(0, 1), ended.signal).then(
        (leave) => {
          this.started.push(name)
          this.#leave.set(name, leave)
        },
        () => this.refused.push(name),
      )
    }
    await settle()
  }

  async leave(name: string, items?: number): Promise<void> {
    this.#leave.get(name)?.(items)
    await settle()
  }

  async end(name: string): Promise<void> {
    this.#ended.get(name)?.abort(new Error('left'))
    await settle()
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('FairGate', () => {
  it('runs so many tasks at the same time, the next one when one leaves', async () => {
    const gated = new Gated({ running: 2 })
    await gated.enter('a1', 'a2', 'a3')
    expect(gated.started).toEqual(['a1', 'a2'])
    await gated.leave('a1')
    await gated.leave('a1')
    expect(gated.started).toEqual(['a1', 'a2', 'a3'])
    expect(gated.gate.running).toBe(2)
  })

  it('lets groups take turns, whichever has more that wait', async () => {
    const gated = new Gated()
    await gated.enter('a1', 'a2', 'a3', 'a4', 'b1', 'c1')
    for (const name of ['a1', 'a2', 'b1', 'c1', 'a3']) await gated.leave(name)
    expect(gated.started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4'])
  })

  it('refuses a group that has all its places, those that run or are not used up included', async () => {
    const gated = new Gated()
    await gated.enter('a1', 'a2', 'a3', 'a4', 'a5')
    expect(gated.refused).toEqual(['a5'])
    await gated.leave('a1')
    await gated.enter('a6')
    expect(gated.refused).toEqual(['a5', 'a6'])
    await gated.end('a1')
    await gated.enter('a7')
    expect(gated.refused).toEqual(['a5', 'a6'])
  })

  it('refuses the last request of the longest queue where all places are taken', async () => {
    const gated = new Gated()
    await gated.enter('a1', 'a2', 'a3', 'a4', 'b1', 'b2')
    await gated.enter('c1')
    expect(gated.refused).toEqual(['a4'])
    await gated.enter('a5')
    expect(gated.refused).toEqual(['a4', 'a5'])
  })

  it('starts nothing for a request that has ended while it waited, and frees its place', async () => {
    const gated = new Gated()
    await gated.enter('a1', 'a2', 'a3', 'a4')
    await gated.end('a2')
    await gated.end('a3')
    await gated.leave('a1')
    expect(gated.started).toEqual(['a1', 'a4'])
    expect(gated.refused).toEqual(['a2', 'a3'])
  })

  it('counts a task whose request has ended until the task leaves', async () => {
    const gated = new Gated()
    await gated.enter('a1', 'a2')
    await gated.end('a1')
    expect(gated.started).toEqual(['a1'])
    await gated.leave('a1')
    expect(gated.started).toEqual(['a1', 'a2'])
  })

  it('refuses a group whose results that are not used up have too many items', async () => {
    const gated = new Gated()
    await gated.enter('a1', 'a2', 'b1')
    await gated.leave('a1', 50)
    await gated.enter('a3')
    expect(gated.refused).toEqual(['a2', 'a3'])
    expect(gated.started).toEqual(['a1', 'b1'])
    await gated.end('a1')
    await gated.enter('a4')
    await gated.leave('b1')
    expect(gated.started).toEqual(['a1', 'b1', 'a4'])
  })

  it('rejects with SOURCE_BUSY where too many wait, and with the reason of a signal that is aborted', async () => {
    const gate = new FairGate({ ...LIMITS, placesPerGroup: 0 })
    const { signal } = new AbortController()
    await expect(gate.enter('a', signal)).rejects.toMatchObject({ code: 'SOURCE_BUSY' })
    const left = AbortSignal.abort(new Error('left'))
    await expect(new FairGate(LIMITS).enter('a', left)).rejects.toThrow('left')
  })
})
