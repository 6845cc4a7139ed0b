import { setMaxListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { NOBODY } from '../../../src/source/digest/fair-queue.js'
import { type ClassLimits, SizeClasses } from '../../../src/source/digest/size-classes.js'

const live = new AbortController().signal
setMaxListeners(0, live)
const MIB = 1024 ** 2
const by = (address: string, connection: string) => ({ address, connection })
const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Tasks that run until they are ended by name, and the order in which they began. */
function stage(limits: ClassLimits = { running: 1, waiting: 10 }) {
  const classes = new SizeClasses(limits)
  const began: string[] = []
  const ends = new Map<string, () => void>()
  const run = (name: string, bytes: number, signal: AbortSignal = live, asker = NOBODY) => {
    const task = () => {
      began.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    }
    return classes.run(bytes, task, signal, asker)
  }
  return { run, began, end: (name: string) => ends.get(name)?.(), classes }
}

describe('SizeClasses', () => {
  it('runs a task at once, however many larger ones are running and waiting', async () => {
    const { run, began } = stage()
    const large = [1, 2, 3].map((n) => run(`large ${n}`, 1024 ** 4))
    void run('medium', 100 * MIB)
    void run('small', 1000)
    expect(large).toHaveLength(3)
    await settle()
    expect(began).toEqual(['large 1', 'medium', 'small'])
  })

  it('runs tasks of one class in their order, so many at a time', async () => {
    const { run, began, end } = stage({ running: 2, waiting: 10 })
    const tasks = ['a', 'b', 'c', 'd'].map((name) => run(name, 10))
    expect(began).toEqual(['a', 'b'])
    end('b')
    expect(await tasks[1]).toBe('b')
    await settle()
    expect(began).toEqual(['a', 'b', 'c'])
    end('a')
    await settle()
    expect(began).toEqual(['a', 'b', 'c', 'd'])
  })

  it('gives the place of a task that fails to the next one', async () => {
    const { run, began, classes } = stage()
    const failing = classes.run(10, () => Promise.reject(new Error('failed')), live)
    void run('next', 10)
    await expect(failing).rejects.toThrow('failed')
    await settle()
    expect(began).toEqual(['next'])
  })

  it('does not run a waiting task whose signal is aborted', async () => {
    const { run, began, end } = stage()
    void run('first', 10)
    const leaving = new AbortController()
    const aborted = run('aborted', 10, leaving.signal)
    void run('last', 10)
    leaving.abort(new Error('left'))
    await expect(aborted).rejects.toThrow('left')
    end('first')
    await settle()
    expect(began).toEqual(['first', 'last'])
  })

  it('refuses a task where too many of its class are waiting, and runs those of other classes', async () => {
    const { run, began } = stage({ running: 1, waiting: 1 })
    void run('first', 10)
    void run('second', 10)
    await expect(run('third', 10)).rejects.toMatchObject({ code: 'SOURCE_BUSY' })
    void run('larger', 10 * MIB)
    expect(began).toEqual(['first', 'larger'])
  })

  it.each([
    ['another address', 'b', '1'],
    ['another connection of the same address', 'a', '2'],
  ])('runs a task of %s next, however many one asker has waiting', async (_which, ...other) => {
    const { run, began, end } = stage({ running: 1, waiting: 1000 })
    for (let n = 0; n < 100; n += 1) void run(`greedy ${n}`, 10, live, by('a', '1'))
    void run('other', 10, live, by(...other))
    end('greedy 0')
    await settle()
    end('greedy 1')
    await settle()
    expect(began).toEqual(['greedy 0', 'greedy 1', 'other'])
  })

  it('keeps a place free that one address may not take', async () => {
    const { run, began, end } = stage({ running: 3, runningOfAddress: 2, waiting: 1000 })
    for (let n = 0; n < 9; n += 1) void run(`greedy ${n}`, 10, live, by('a', `${n}`))
    expect(began).toEqual(['greedy 0', 'greedy 1'])
    void run('other', 10, live, by('b', '1'))
    expect(began.at(-1)).toBe('other')
    end('other')
    await settle()
    expect(began.length).toBe(3)
    end('greedy 0')
    await settle()
    expect(began.at(-1)).toBe('greedy 2')
  })

  it('runs a waiting task at the turn of an asker that has joined it', async () => {
    const { run, began, end, classes } = stage({ running: 1, waiting: 1000 })
    for (let n = 0; n < 10; n += 1) void run(`greedy ${n}`, 10, live, by('a', '1'))
    const turn = classes.turn(10)
    const joint = turn.run(async () => void began.push('joint'), live, by('a', '1'))
    turn.join(by('b', '1'))
    end('greedy 0')
    await settle()
    end('greedy 1')
    await joint
    expect(began.slice(0, 3)).toEqual(['greedy 0', 'greedy 1', 'joint'])
  })

  it('refuses the newest task of who has the most where too many are waiting', async () => {
    const { run, began, end } = stage({ running: 1, waiting: 5 })
    const greedy = [0, 1, 2, 3, 4, 5].map((n) => run(`greedy ${n}`, 10, live, by('a', '1')))
    const refused = expect(greedy[5]).rejects.toMatchObject({ code: 'SOURCE_BUSY' })
    void run('other', 10, live, by('b', '1'))
    await refused
    await expect(run('greedy 6', 10, live, by('a', '1'))).rejects.toMatchObject({
      code: 'SOURCE_BUSY',
    })
    end('greedy 0')
    await settle()
    end('greedy 1')
    await settle()
    expect(began).toContain('other')
  })
})
