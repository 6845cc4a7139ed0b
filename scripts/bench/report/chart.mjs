import { SERVERS } from '../peers.mjs'
import { figureOf, number } from './metrics.mjs'

/** The panels of the chart. */
const PANELS = [
  { case: 'whole', metric: 'cpuPerGiB', title: '1 GiB file: CPU seconds a GiB', better: 'less' },
  { case: 'ranges', metric: 'cpuPerGiB', title: '1 MiB ranges: CPU seconds a GiB', better: 'less' },
  { case: 'hundred', metric: 'rate', title: '100 KiB file: requests a second', better: 'more' },
  { case: 'small', metric: 'rate', title: '4 KiB file: requests a second', better: 'more' },
  { case: 'stalled', metric: 'perClient', title: 'Stalled client: KiB of memory', better: 'less' },
  {
    ...{ case: 'first-byte', metric: 'loadP99' },
    ...{ title: 'First byte during 64 downloads: p99 ms', better: 'less' },
  },
]

const COLUMNS = 2
const PANEL = { width: 440, gap: 24, head: 34, row: 22, label: 130, value: 70 }
const MARGIN = 24

// Text has a contrast of at least 4.5:1 in both colour schemes. The light one is the default.
const STYLE = `
  svg { --ground: #ffffff; --ink: #1f2328; --soft: #59636e; --own: #0969da; --peer: #8c959f }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --own: #4493f8; --peer: #6a737d }
  }
  .ground { fill: var(--ground) }
  text { font: 13px system-ui, sans-serif; fill: var(--ink) }
  .title { font-weight: 600 }
  .soft { fill: var(--soft); font-size: 12px }
  .own { fill: var(--own) }
  .peer { fill: var(--peer) }
`

/** An SVG chart; each panel lists the servers from best to worst. undefined if there are no figures. */
export function chartOf(cases, { caption = '' } = {}) {
  const panels = PANELS.map((panel) => ({ ...panel, bars: barsOf(panel, cases) })).filter(
    ({ bars }) => bars.length > 1,
  )
  if (panels.length === 0) return undefined
  const parts = []
  let top = MARGIN
  for (let at = 0; at < panels.length; at += COLUMNS) {
    const line = panels.slice(at, at + COLUMNS)
    for (const [column, panel] of line.entries()) {
      parts.push(panelAt(MARGIN + column * (PANEL.width + PANEL.gap), top, panel))
    }
    const rows = Math.max(...line.map(({ bars }) => bars.length))
    top += PANEL.head + rows * PANEL.row + PANEL.gap
  }
  const width = 2 * MARGIN + COLUMNS * PANEL.width + (COLUMNS - 1) * PANEL.gap
  const height = top + MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="lastbyte and other servers, measured side by side">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    ...parts,
    `<text class="soft" x="${MARGIN}" y="${height - MARGIN / 2 - 4}">${escaped(caption)}</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function barsOf({ case: name, metric, better }, cases) {
  const bars = Object.keys(cases[name]?.figures ?? {})
    .map((server) => ({ server, figure: figureOf(cases, { case: name, server, metric }) }))
    .filter(({ figure }) => figure !== undefined)
  return bars.sort((a, b) => (better === 'less' ? a.figure - b.figure : b.figure - a.figure))
}

function panelAt(x, y, { title, better, bars }) {
  const most = Math.max(...bars.map(({ figure }) => figure), Number.MIN_VALUE)
  const room = PANEL.width - PANEL.label - PANEL.value
  const rows = bars.map(({ server, figure }, row) => {
    const at = y + PANEL.head + row * PANEL.row
    const length = Math.max(1, (Math.max(0, figure) / most) * room).toFixed(1)
    const own = SERVERS[server].startsWith('lastbyte') ? 'own' : 'peer'
    const label = x + PANEL.label - 8
    return [
      `<text x="${label}" y="${at + 13}" text-anchor="end">${escaped(SERVERS[server])}</text>`,
      `<rect class="${own}" x="${x + PANEL.label}" y="${at + 2}" width="${length}" height="15" rx="2"/>`,
      `<text class="soft" x="${(x + PANEL.label + Number(length) + 6).toFixed(1)}" y="${at + 13}">${number(figure)}</text>`,
    ].join('')
  })
  const hint = `<tspan class="soft" dx="8">${better} is better</tspan>`
  return [
    `<text class="title" x="${x}" y="${y + 16}">${escaped(title)}${hint}</text>`,
    ...rows,
  ].join('\n')
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
