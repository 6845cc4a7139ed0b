import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CASES, loadBench } from '../fixture/bench-scripts.js'

const { chartsOf } = await loadBench('report/charts.mjs')
const { apart, linesOf, ticksOf } = await loadBench('report/lines.mjs')
const { svgOf } = await loadBench('report/svg.mjs')

describe('chartsOf', () => {
  it('renders the best server first, with colours for light and dark mode', () => {
    const { 'benchmarks.svg': chart } = chartsOf(CASES, { caption: 'A < B' })
    expect(chart.indexOf('lastbyte</text>')).toBeLessThan(chart.indexOf('sirv</text>'))
    expect(chart).toContain('prefers-color-scheme: dark')
    expect(chart).toContain('A &lt; B')
  })

  it('has no chart without figures', () => expect(chartsOf({}, { caption: '' })).toEqual({}))

  it('renders a line for each subject that was measured at two sizes, with names and sizes', () => {
    const at = (lastbyte: number, nginx?: number) => ({
      ...{ title: 'A file', how: 'loaded', main: 'cpuPerGiB' },
      figures: {
        lastbyte: { cpuPerGiB: [lastbyte] },
        ...(nginx === undefined ? {} : { nginx: { cpuPerGiB: [nginx] } }),
      },
    })
    const two = { small: at(4, 3), whole: at(0.3) }
    const { 'benchmarks-sizes.svg': chart } = chartsOf(two, { caption: 'now' })
    expect(chart.match(/<polyline/g)).toHaveLength(1)
    expect(chart).toContain('>lastbyte</text>')
    expect(chart).not.toContain('>nginx</text>')
    expect(chart).toMatch(/>4 KiB<.*>1 GiB</s)
  })
})

describe('linesOf', () => {
  it('omits figures that a logarithmic axis does not have, and lines of one point', () => {
    const points = [1, 10].map((clients) => ({ case: `n-${clients}`, at: clients, label: '' }))
    const none = Object.fromEntries(points.map((point) => [point.case, CASES.small]))
    expect(linesOf({ points, metric: 'absent', title: '', better: 'less' }, none)).toBeUndefined()
    const zero = { figures: { lastbyte: { rate: [0] } } }
    const one = { 'n-1': zero, 'n-10': CASES.small }
    expect(linesOf({ points, metric: 'rate', title: '', better: 'more' }, one)).toBeUndefined()
  })
})

describe('ticksOf', () => {
  it.each([
    [0.3, 4, [0.2, 0.5, 1, 2, 5]],
    [1, 1, [1]],
    [0.1, 100, [0.1, 1, 10, 100]],
    [3, 3, [2, 5]],
  ])('includes the figures from %d to %d in %j', (least, most, ticks) => {
    expect(ticksOf(least, most)).toEqual(ticks)
  })

  it('includes any two figures', () => {
    const figure = fc.double({ min: 1e-6, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(figure, figure, (a, b) => {
        const ticks = ticksOf(Math.min(a, b), Math.max(a, b))
        expect(ticks.at(0)).toBeLessThanOrEqual(Math.min(a, b))
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(a, b))
        expect(ticks.length).toBeLessThan(20)
      }),
    )
  })
})

describe('apart', () => {
  it('moves names so that none covers another or leaves the plot, in the order of their lines', () => {
    const names = fc.array(fc.double({ min: 0, max: 220, noNaN: true }), { maxLength: 9 })
    fc.assert(
      fc.property(names, (ys) => {
        const moved = apart(
          ys.map((y) => ({ y })),
          0,
        )
        const places = moved.map(({ y }: { y: number }) => y)
        for (const [at, place] of places.entries()) {
          if (at > 0) expect(place - places[at - 1]).toBeGreaterThanOrEqual(16.99)
          expect(place).toBeLessThanOrEqual(240)
        }
        expect(moved.map(({ from }: { from: number }) => from)).toEqual(
          ys.toSorted((a, b) => a - b),
        )
      }),
    )
  })
})

describe('svgOf', () => {
  it('puts panels in two columns, each row as high as its highest panel', () => {
    const places: number[][] = []
    const panel = (height: number) => ({
      ...{ title: 'A & B', hint: 'less', height },
      draw: (...place: number[]) => {
        places.push(place)
        return []
      },
    })
    const svg = svgOf([panel(10), panel(50), panel(20)], {
      columns: 2,
      width: 300,
      label: 'x',
      caption: 'y',
    })
    expect(places[0]?.[1]).toBe(places[1]?.[1])
    expect((places[2]?.[1] ?? 0) - (places[1]?.[1] ?? 0)).toBeGreaterThan(50)
    expect(svg).toContain('A &amp; B')
  })
})
