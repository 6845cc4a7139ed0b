import { describe, expect, it } from 'vitest'
import { CASES, loadBench } from '../fixture/bench-scripts.js'

const { GOALS, subjectsOfGoals } = await loadBench('report/goals.mjs')
const { goalsSection, judge } = await loadBench('report/judge.mjs')
const { figureOf, METRICS, number } = await loadBench('report/metrics.mjs')
const { sectionOf } = await loadBench('report/table.mjs')
const { circumstancesOf, insertInto } = await loadBench('report/document.mjs')
const { WORKLOADS } = await loadBench('workloads/index.mjs')

const goal = { case: 'small', subject: 'lastbyte', metric: 'rate', times: { subject: 'sirv' } }

describe('figureOf', () => {
  it('returns the median of all rounds, and for peak memory the maximum', () => {
    expect(figureOf(CASES, { case: 'small', subject: 'lastbyte', metric: 'rate' })).toBe(1000)
    expect(figureOf(CASES, { case: 'small', subject: 'lastbyte', metric: 'memory' })).toBe(30)
  })

  it('returns undefined for a case or a server that was not measured', () => {
    expect(figureOf(CASES, { case: 'whole', subject: 'lastbyte', metric: 'rate' })).toBeUndefined()
    expect(figureOf(CASES, { case: 'small', subject: 'nginx', metric: 'rate' })).toBeUndefined()
  })
})

describe('judge', () => {
  it.each([
    [{ atLeast: 2 }, { kind: 'met', reached: 2.5, by: 0.25 }],
    [{ atLeast: 5 }, { kind: 'missed', reached: 2.5, by: -0.5 }],
    [{ atMost: 5 }, { kind: 'met', reached: 2.5, by: 0.5 }],
    [{ atMost: 2 }, { kind: 'missed', reached: 2.5, by: -0.25 }],
    [
      { atMost: 2, times: { subject: 'nginx' } },
      { kind: 'open', reason: 'not measured' },
    ],
    [
      { atMost: 2000, times: undefined },
      { kind: 'met', reached: 1000, by: 0.5 },
    ],
  ])('compares the measured figure with the goal %j and returns %j', (own, verdict) => {
    expect(judge({ ...goal, ...own }, CASES)).toEqual(verdict)
  })

  it('returns open for a missed rate where the machine was the limit', () => {
    const workers = {
      case: 'workers',
      subject: 'workers-2',
      metric: 'rate',
      times: { subject: 'workers-1' },
    }
    expect(judge({ ...workers, atLeast: 1.7 }, CASES)).toMatchObject({ kind: 'open', reached: 1.5 })
    expect(judge({ ...workers, atLeast: 1.2 }, CASES)).toMatchObject({ kind: 'met' })
  })

  it('returns open for a quotient of figures below the grain of the clock', () => {
    const none = structuredClone(CASES)
    none.small.figures.sirv.rate = [0]
    const verdict = { kind: 'open', reason: 'too small to measure' }
    expect(judge({ ...goal, atMost: 2 }, none)).toEqual(verdict)
  })
})

describe('GOALS', () => {
  const all = GOALS.flatMap((each: typeof goal) => [each, { ...each, ...each.times }])

  it('has goals with either an upper or a lower limit', () => {
    for (const each of GOALS) {
      expect([each.atMost, each.atLeast].filter((limit) => limit !== undefined)).toHaveLength(1)
    }
  })

  it.each<typeof goal>(all)(
    'compares a metric and a subject that a workload has: $case, $subject, $metric',
    (each) => {
      expect(Object.keys(METRICS)).toContain(each.metric)
      const measuring = Object.values<{ cases: string[]; subjects?: Record<string, string[]> }>(
        WORKLOADS,
      ).filter(({ cases: names }) => names.includes(each.case))
      expect(measuring).toHaveLength(1)
      const subjects = measuring[0]?.subjects?.[each.case]
      if (subjects !== undefined) expect(subjects).toContain(each.subject)
    },
  )

  it('names the subjects that it compares in a case, those of other cases included', () => {
    expect(subjectsOfGoals('files-10')).toEqual(new Set(['lastbyte', 'cached']))
    expect(subjectsOfGoals('proxies')).toContain('proxy-http-proxy')
    expect(subjectsOfGoals('cold')).toEqual(new Set())
  })
})

describe('The tables of the benchmark report', () => {
  it('contain the ratio of a faster server, and the margin of a missed goal', () => {
    const ahead = structuredClone(CASES)
    ahead.small.figures.sirv.rate = [2000]
    expect(sectionOf('small', ahead)).toContain('| sirv | ≥ 2,000')
    expect(sectionOf('small', ahead)).toMatch(/\| sirv .* \| 0\.5 \|$/m)
    const section = goalsSection(ahead, [{ ...goal, atLeast: 2 }])
    expect(section).toContain('| **missed by 75 %** | 0.5 |')
    const just = goalsSection(ahead, [{ ...goal, atLeast: 0.4999999999 }])
    expect(just).toContain('| met by 0 % | 0.5 |')
    expect(section).toContain('Of 1 goals: 0 met, 1 missed, 0 open.')
  })

  it('contain the number of rounds and their length, and the subject that others are compared with', () => {
    const wall = (...figures: number[]) => ({ wall: figures })
    const figures = { curl: wall(2, 4, 3), get: wall(6, 6, 6) }
    const download = { title: 'A download', how: 'by clients', main: 'wall', figures }
    const section = sectionOf('a', { a: { ...download, own: 'get', kind: 'client', seconds: 2 } })
    expect(section).toContain('by clients; median of 3 rounds of 2 s')
    expect(section).toContain('| client | s | get ÷ client: s |')
    expect(section).toContain('| curl | 3 (2–4) | 2 |')
  })

  it('are absent without a measured goal', () => {
    expect(goalsSection(CASES, [{ ...goal, case: 'whole', atLeast: 2 }])).toBeUndefined()
  })

  it('say that a quick run is rougher, and how long a run took', () => {
    const machine = { loadBefore: 0.1, versions: { lastbyte: '1.0.0 (abc)' } }
    const results = { at: '2026-01-01T00:00:00Z', machine, rounds: 2, seconds: 1, minutes: 3.4 }
    const quick = circumstancesOf({ ...results, isQuick: true, leftOut: ['cold', 'live'] })
    expect(quick).toContain('rougher than a complete one: 2 rounds of 1 s')
    expect(quick).toContain('Left out: cold, live.')
    expect(quick).toContain('The run took 3.4 minutes.')
    expect(circumstancesOf(results)).not.toContain('rougher')
  })

  it('contain figures below 100 with three significant digits, and others as integers', () => {
    expect([0.12345, 12.345, 123.45, 12345.6, undefined].map(number)).toEqual([
      ...['0.123', '12.3', '123', '12,346', '–'],
    ])
  })
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
