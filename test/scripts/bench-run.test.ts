import { describe, expect, it } from 'vitest'
import { loadBench } from '../fixture/bench-scripts.js'

const { percentile } = await loadBench('load/percentile.mjs')
const { record, takeTurns } = await loadBench('workloads/turns.mjs')
const { warmUp } = await loadBench('workloads/warm-up.mjs')
const { readOptions } = await loadBench('options.mjs')
const { serversByFolder, subjectsOf } = await loadBench('subjects.mjs')

describe('subjectsOf', () => {
  const servers = ['lastbyte', 'express', 'nginx']

  it.each([
    [{}, { servers }, ['lastbyte', 'express', 'nginx']],
    [{ subjects: { hundred: ['lastbyte', 'sirv'] } }, { servers }, ['lastbyte']],
    [{ subjects: { hundred: ['get', 'sirv'] } }, { servers }, ['get']],
    [{}, { servers: ['lastbyte', 'express'], isQuick: true }, ['lastbyte']],
  ])('of the workload %j in the run %j returns %j', (workload, options, expected) => {
    const found = subjectsOf(workload, 'hundred', options)
    // nginx is not installed everywhere.
    expect(found).toEqual(expected.filter((name) => found.includes(name) || name !== 'nginx'))
  })

  it('leaves workloads that check what they receive out of the checks of all servers', () => {
    const workloads = [
      { cases: ['hundred'], on: 'memory' },
      { cases: ['live'], on: 'disk', checksItself: true },
    ]
    const options = { servers: ['lastbyte', 'sirv'] }
    expect(serversByFolder(workloads, options)).toEqual({ memory: new Set(options.servers) })
  })
})

describe('percentile', () => {
  const times = Array.from({ length: 200 }, (_, index) => 200 - index)

  it('returns the smallest time that at least the given share of the times does not exceed', () => {
    expect(percentile(times, 0.5)).toBe(100)
    expect(percentile(times, 0.99)).toBe(198)
  })

  it('returns undefined for p99 of fewer than 100 times', () => {
    expect(percentile(times.slice(0, 99), 0.99)).toBeUndefined()
  })
})

describe('warmUp', () => {
  it.each([
    ['that stays as fast', 12, [100, 100, 100], 2],
    ['that becomes slower', 12, [100, 90, 200], 2],
    ['that becomes faster for some rounds', 12, [50, 80, 100, 104, 200], 4],
    ['that still becomes faster', 3, [50, 100, 200, 400], 3],
    ['with one round', 1, [50, 100], 1],
  ])('of a server %s, at most %i rounds', async (_case, most, rates, expected) => {
    let rounds = 0
    await warmUp(most, async () => {
      rounds += 1
      return { rate: rates[rounds - 1] }
    })
    expect(rounds).toBe(expected)
  })

  it('takes a round without processor time for one of a second', async () => {
    let rounds = 0
    await warmUp(9, async () => {
      rounds += 1
      return { rate: 100, cpu: 0 }
    })
    expect(rounds).toBe(2)
  })

  it('compares what a server does in the same processor time', async () => {
    const figures = [
      { rate: 100, cpu: 1 },
      { rate: 100, cpu: 0.5 },
      { rate: 200, cpu: 1 },
    ]
    let rounds = 0
    await warmUp(9, async () => figures[rounds++])
    expect(rounds).toBe(3)
  })
})

describe('takeTurns', () => {
  it('starts each round with another subject', async () => {
    const order: string[] = []
    const subjects = [{ name: 'a' }, { name: 'b' }]
    const figures = await takeTurns(
      subjects,
      2,
      async ({ name }: { name: string }, round: number) => {
        order.push(name)
        return { rate: round, cpu: undefined }
      },
    )
    expect(order).toEqual(['a', 'b', 'b', 'a'])
    expect(figures).toEqual({ a: { rate: [0, 1] }, b: { rate: [0, 1] } })
  })

  it('records no metric that a round did not have', () => {
    const figures = {}
    record(figures, 'a', { rate: 1, cpu: undefined })
    record(figures, 'a', { rate: 2, cpu: 3 })
    expect(figures).toEqual({ a: { rate: [1, 2], cpu: [3] } })
  })
})

describe('readOptions', () => {
  it.each([
    [[], true],
    [['--only', 'small'], false],
    [['--only', 'small', '--write'], true],
    [['--rounds', '1'], false],
    [['--servers', 'lastbyte'], false],
    [['--from', 'figures.json'], false],
    [['--quick'], false],
  ])(
    'for the arguments %j returns writes: %s, whether docs/benchmarks.md is written',
    (args, writes) => {
      expect(readOptions(args)).toMatchObject({ writes })
    },
  )

  it('with --quick has one round, and only workloads with goals', () => {
    const quick = readOptions(['--quick'])
    expect(quick).toMatchObject({ isQuick: true, rounds: 1, seconds: 1 })
    expect(quick.workloads).not.toContain('cold')
    expect(readOptions([]).workloads).toContain('cold')
    expect(readOptions(['--quick', '--only', 'small'])).toMatchObject({ workloads: ['small'] })
    const some = readOptions(['--quick', '--only', 'small,events', '--rounds', '5'])
    expect(some).toMatchObject({ workloads: ['small', 'events'], rounds: 5, seconds: 1 })
  })

  it.each([
    [['--quick', '--only', 'cold'], '--only with --quick: expected names out of whole'],
    [['--quick', '--write'], '--write: expected a complete run'],
    [['--quick', '--from', 'figures.json'], '--quick: expected a run; received --from'],
    [['--seconds', '0.5'], '--seconds: expected an integer from 1; received 0.5'],
    [['--fast'], "Unknown option '--fast'"],
    [['--only', 'large'], '--only: expected names out of whole'],
    [['--servers', 'apache'], '--servers: expected names out of lastbyte'],
    [['--rounds', '0'], '--rounds: expected an integer from 1; received 0'],
  ])('throws an error that names the option for the arguments %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })
})
