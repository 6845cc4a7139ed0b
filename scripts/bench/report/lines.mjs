import { titleOf } from '../titles.mjs'
import { figureOf, number } from './metrics.mjs'
import { escaped, SERIES } from './svg.mjs'

/** Pixels of the plot, and around it: the figures of the axes and the names of the lines. */
const PLOT = { height: 240, left: 56, right: 150, bottom: 26 }
const NAME_HEIGHT = 17
const DASHES = ['', '6 3', '2 3']

/**
 * A panel with a line for each subject, over cases that differ in a quantity, on logarithmic axes;
 * undefined without two points.
 *
 * @param panel `points`: `{ case, at, label }`, with the quantity `at`
 */
export function linesOf({ points, metric, title, better }, cases) {
  const subjects = new Set(points.flatMap((point) => Object.keys(cases[point.case]?.figures ?? {})))
  const lines = [...subjects]
    .map((subject, series) => ({
      series,
      subject,
      dots: points
        .map((point) => ({ ...point, figure: figureOf(cases, { ...point, subject, metric }) }))
        .filter(({ figure }) => figure > 0),
    }))
    .filter(({ dots }) => dots.length > 1)
  if (lines.length === 0) return undefined
  return {
    title,
    hint: `${better} is better`,
    height: PLOT.height + PLOT.bottom,
    draw: (x, y, width) => draw(points, lines, x, y, width),
  }
}

function draw(points, lines, x, y, full) {
  const figures = lines.flatMap(({ dots }) => dots.map(({ figure }) => figure))
  const ticks = ticksOf(Math.min(...figures), Math.max(...figures))
  const [left, width] = [x + PLOT.left, full - PLOT.left - PLOT.right]
  const across = scaleOf(
    points.map(({ at }) => at),
    left,
    left + width,
  )
  const up = scaleOf(ticks, y + PLOT.height, y)
  const axes = [
    ...ticks.map((tick) => {
      const at = up(tick).toFixed(1)
      return `<path class="rule" d="M${left} ${at}h${width}"/><text class="soft" x="${left - 8}" y="${(up(tick) + 4).toFixed(1)}" text-anchor="end">${number(tick)}</text>`
    }),
    ...points.map(({ at, label }) => {
      const place = `x="${across(at).toFixed(1)}" y="${y + PLOT.height + 18}" text-anchor="middle"`
      return `<text class="soft" ${place}>${escaped(label)}</text>`
    }),
  ]
  const drawn = lines.map(({ series, dots }) => {
    const colour = series % SERIES
    const places = dots.map((dot) => [across(dot.at).toFixed(1), up(dot.figure).toFixed(1)])
    const dash = DASHES[series % DASHES.length]
    return [
      `<polyline class="line line-${colour}" stroke-dasharray="${dash}" points="${places.map((place) => place.join()).join(' ')}"/>`,
      ...places.map(([cx, cy]) => `<circle class="dot-${colour}" cx="${cx}" cy="${cy}" r="3"/>`),
    ].join('')
  })
  const names = apart(
    lines.map((line) => ({ ...line, y: up(line.dots.at(-1).figure) })),
    y,
  )
  return [
    ...axes,
    ...drawn,
    ...names.map(({ subject, dots, y: at, from }) => {
      const end = across(dots.at(-1).at)
      const name = left + width + 22
      return [
        `<path class="rule" fill="none" d="M${(end + 5).toFixed(1)} ${from.toFixed(1)}L${name - 4} ${at.toFixed(1)}"/>`,
        `<text x="${name}" y="${(at + 4).toFixed(1)}">${escaped(titleOf(subject))}</text>`,
      ].join('')
    }),
  ]
}

/** Moves the names at the ends of lines apart, so that none covers another. */
export function apart(names, top) {
  const sorted = names.map((name) => ({ ...name, from: name.y })).sort((a, b) => a.y - b.y)
  let least = top
  for (const name of sorted) {
    name.y = Math.max(name.y, least)
    least = name.y + NAME_HEIGHT
  }
  // Those that were moved below the plot come up again.
  let most = top + PLOT.height
  for (const name of sorted.toReversed()) {
    name.y = Math.min(name.y, most)
    most = name.y - NAME_HEIGHT
  }
  return sorted
}

/** The figures of a logarithmic axis that includes both: powers of ten, and 2 and 5 of them on a short one. */
export function ticksOf(least, most) {
  const steps = most / least > 200 ? [1] : [1, 2, 5]
  const all = []
  // One power more on each side, since the logarithm of a figure just below a power may be rounded up to it.
  const [from, to] = [Math.floor(Math.log10(least)) - 1, Math.ceil(Math.log10(most)) + 1]
  for (let power = from; power <= to; power += 1)
    for (const step of steps) all.push(Number(`${step}e${power}`))
  const first = all.findLastIndex((tick) => tick <= least)
  const last = all.findIndex((tick) => tick >= most)
  return all.slice(Math.max(0, first), last === -1 ? undefined : last + 1)
}

/** A function from a figure to its pixel, by the logarithm. */
function scaleOf(figures, from, to) {
  const [least, most] = [Math.log(Math.min(...figures)), Math.log(Math.max(...figures))]
  return (figure) => from + ((Math.log(figure) - least) / (most - least || 1)) * (to - from)
}
