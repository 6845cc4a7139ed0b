import { isOwn, titleOf } from '../titles.mjs'
import { figureOf, number } from './metrics.mjs'
import { escaped } from './svg.mjs'

const ROW = 22
/** Pixels for the names on the left and for the figures on the right. */
const ROOM = { name: 148, figure: 56 }

/** A panel with a bar for each subject of a case, from best to worst; undefined for fewer than two. */
export function barsOf({ case: name, metric, title, better }, cases) {
  const bars = Object.keys(cases[name]?.figures ?? {})
    .map((subject) => ({ subject, figure: figureOf(cases, { case: name, subject, metric }) }))
    .filter(({ figure }) => figure !== undefined)
    .sort((a, b) => (better === 'less' ? a.figure - b.figure : b.figure - a.figure))
  if (bars.length < 2) return undefined
  return {
    title,
    hint: `${better} is better`,
    height: bars.length * ROW,
    draw: (x, y, width) => draw(bars, x, y, width),
  }
}

function draw(bars, x, y, width) {
  const most = Math.max(...bars.map(({ figure }) => figure), Number.MIN_VALUE)
  const room = width - ROOM.name - ROOM.figure
  const left = x + ROOM.name
  return bars.map(({ subject, figure }, row) => {
    const at = y + row * ROW
    const length = Math.max(1, (Math.max(0, figure) / most) * room).toFixed(1)
    return [
      `<text x="${left - 8}" y="${at + 13}" text-anchor="end">${escaped(titleOf(subject))}</text>`,
      `<rect class="${isOwn(subject) ? 'own' : 'peer'}" x="${left}" y="${at + 2}" width="${length}" height="15" rx="2"/>`,
      `<text class="soft" x="${(left + Number(length) + 6).toFixed(1)}" y="${at + 13}">${number(figure)}</text>`,
    ].join('')
  })
}
