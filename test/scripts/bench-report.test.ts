import { describe, expect, it } from 'vitest'

// The scripts are JavaScript without type declarations.
const load = (file: string) => import(new URL(`../../scripts/bench/${file}`, import.meta.url).href)
const { GOALS, goalsTable, judge } = await load('report/goals.mjs')
const { figureOf, number } = await load('report/metrics.mjs')
const { sectionOf } = await load('report/table.mjs')
const { chartOf } = await load('report/chart.mjs')
const { insertInto } = await load('report/document.mjs')
const { percentile } = await load('load/percentile.mjs')
const { takeTurns } = await load('workloads/turns.mjs')
const { readOptions } = await load('options.mjs')

const cases = {
  small: {
    title: 'A file of 4 KiB',
    how: 'loaded',
    main: 'rate',
    notes: [],
    figures: {
      lastbyte: { rate: [900, 1000, 5000], memory: [10, 20, 30], busy: [0.5] },
      sirv: { rate: [500, 400, 300], busy: [0.99] },
    },
  },
  workers: {
    title: 'Two workers',
    how: 'loaded',
    main: 'rate',
    limit: 'all cores were busy',
    notes: [],
    figures: { 'workers-1': { rate: [100] }, 'workers-2': { rate: [150] } },
  },
}
const goal = { case: 'small', server: 'lastbyte', metric: 'rate', times: { server: 'sirv' } }

describe('figureOf', () => {
  it('returns the median of all rounds, and for peak memory the maximum', () => {
    expect(figureOf(cases, { case: 'small', server: 'lastbyte', metric: 'rate' })).toBe(1000)
    expect(figureOf(cases, { case: 'small', server: 'lastbyte', metric: 'memory' })).toBe(30)
  })

  it('returns undefined for a case or a server that was not measured', () => {
    expect(figureOf(cases, { case: 'whole', server: 'lastbyte', metric: 'rate' })).toBeUndefined()
    expect(figureOf(cases, { case: 'small', server: 'nginx', metric: 'rate' })).toBeUndefined()
  })
})

describe('judge', () => {
  it.each([
    [{ atLeast: 2 }, { kind: 'met', reached: 2.5, by: 0.25 }],
    [{ atLeast: 5 }, { kind: 'missed', reached: 2.5, by: -0.5 }],
    [{ atMost: 5 }, { kind: 'met', reached: 2.5, by: 0.5 }],
    [{ atMost: 2 }, { kind: 'missed', reached: 2.5, by: -0.25 }],
    [
      { atMost: 2, times: { server: 'nginx' } },
      { kind: 'open', reason: 'not measured' },
    ],
    [
      { atMost: 2000, times: undefined },
      { kind: 'met', reached: 1000, by: 0.5 },
    ],
  ])('compares the measured figure with the goal %j and returns %j', (own, verdict) => {
    expect(judge({ ...goal, ...own }, cases)).toEqual(verdict)
  })

  it('returns open for a missed rate where the machine was the limit', () => {
    const workers = {
      case: 'workers',
      server: 'workers-2',
      metric: 'rate',
      times: { server: 'workers-1' },
    }
    expect(judge({ ...workers, atLeast: 1.7 }, cases)).toMatchObject({ kind: 'open', reached: 1.5 })
    expect(judge({ ...workers, atLeast: 1.2 }, cases)).toMatchObject({ kind: 'met' })
  })

  it('can compare every goal of GOALS, which has either an upper or a lower limit', () => {
    for (const each of GOALS) {
      expect([each.atMost, each.atLeast].filter((limit) => limit !== undefined)).toHaveLength(1)
    }
  })
})

describe('The tables of the benchmark report', () => {
  it('contain the ratio of a faster server, and the margin of a missed goal', () => {
    const ahead = structuredClone(cases)
    ahead.small.figures.sirv.rate = [2000]
    expect(sectionOf('small', ahead, { rounds: 3, seconds: 2 })).toContain('| sirv | ≥ 2,000')
    expect(sectionOf('small', ahead, { rounds: 3, seconds: 2 })).toMatch(/\| sirv .* \| 0\.5 \|$/m)
    expect(goalsTable(ahead, [{ ...goal, atLeast: 2 }])).toContain('| 0.5 | **missed by 75 %** |')
  })

  it('contain figures below 100 with three significant digits, and others as integers', () => {
    expect([0.12345, 12.345, 123.45, 12345.6, undefined].map(number)).toEqual([
      ...['0.123', '12.3', '123', '12,346', '–'],
    ])
  })
})

describe('chartOf', () => {
  it('renders the best server first, with colours for light and dark mode', () => {
    const chart = chartOf(cases, { caption: 'A < B' })
    expect(chart.indexOf('lastbyte</text>')).toBeLessThan(chart.indexOf('sirv</text>'))
    expect(chart).toContain('prefers-color-scheme: dark')
    expect(chart).toContain('A &lt; B')
  })

  it('returns undefined without figures', () => expect(chartOf({})).toBeUndefined())
})

describe('insertInto', () => {
  const before = '# Words\n\n<!-- bench:begin -->\n\nold\n\n<!-- bench:end -->\n\nMore words\n'

  it('replaces only the text between the marks, also when called again', () => {
    const once = insertInto(before, 'new $& figures\n')
    expect(once).toBe(before.replace('old', () => 'new $& figures'))
    expect(insertInto(once, 'old')).toBe(before)
  })

  it('throws for a document without marks', () => {
    expect(() => insertInto('# Words', 'new')).toThrow('expected <!-- bench:begin -->')
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
})

describe('readOptions', () => {
  it.each([
    [[], true],
    [['--only', 'small'], false],
    [['--only', 'small', '--write'], true],
    [['--rounds', '1'], false],
    [['--servers', 'lastbyte'], false],
    [['--from', 'figures.json'], false],
  ])(
    'for the arguments %j returns writes: %s, whether docs/benchmarks.md is written',
    (args, writes) => {
      expect(readOptions(args)).toMatchObject({ writes })
    },
  )

  it.each([
    [['--only', 'large'], '--only: expected names out of whole'],
    [['--servers', 'apache'], '--servers: expected names out of lastbyte'],
    [['--rounds', '0'], '--rounds: expected an integer from 1; received 0'],
  ])('throws an error that names the option for the arguments %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })
})
