export const MARGIN = 24
/** Pixels between panels, and of the title of a panel. */
const PANEL = { gap: 28, head: 34 }
/** Colours of series, for both colour schemes; own and peer are those of bars. */
const LIGHT = ['#0969da', '#54aeff', '#cf222e', '#8250df', '#bc4c00', '#1a7f37', '#6e7781']
const DARK = ['#4493f8', '#96c8ff', '#ff7b72', '#bc8cff', '#ffa657', '#56d364', '#9198a1']
const variables = (colours) => colours.map((colour, at) => `--series-${at}: ${colour}`).join('; ')

// Text has a contrast of at least 4.5:1 in both colour schemes, and lines of 3:1. The light one is the default.
const STYLE = `
  svg { --ground: #ffffff; --ink: #1f2328; --soft: #59636e; --rule: #d1d9e0; --own: #0969da; --peer: #8c959f; ${variables(LIGHT)} }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --rule: #3d444d; --own: #4493f8; --peer: #6a737d; ${variables(DARK)} }
  }
  .ground { fill: var(--ground) }
  text { font: 14px system-ui, sans-serif; fill: var(--ink) }
  .title { font-weight: 600 }
  .soft { fill: var(--soft); font-size: 13px; font-weight: 400 }
  .own { fill: var(--own) }
  .peer { fill: var(--peer) }
  .rule { stroke: var(--rule); stroke-width: 1 }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
${LIGHT.map((_, at) => `  .line-${at} { stroke: var(--series-${at}) } .dot-${at} { fill: var(--series-${at}) }`).join('\n')}
`

export const SERIES = LIGHT.length

/**
 * A chart of panels in columns, narrow enough to be read on a phone.
 *
 * @param panels `{ title, hint, height, draw }`: `draw(x, y, width)` returns the elements of the content
 *   whose left upper corner is at these pixels
 * @param layout `columns`, and the `width` of each in pixels
 */
export function svgOf(panels, { columns, width: across, label, caption }) {
  const parts = []
  let top = MARGIN
  for (let at = 0; at < panels.length; at += columns) {
    const line = panels.slice(at, at + columns)
    for (const [column, { title, hint, draw }] of line.entries()) {
      const x = MARGIN + column * (across + PANEL.gap)
      const soft = `<tspan class="soft" dx="8">${escaped(hint)}</tspan>`
      parts.push(`<text class="title" x="${x}" y="${top + 16}">${escaped(title)}${soft}</text>`)
      parts.push(...draw(x, top + PANEL.head, across))
    }
    top += PANEL.head + Math.max(...line.map(({ height }) => height)) + PANEL.gap
  }
  const width = 2 * MARGIN + columns * across + (columns - 1) * PANEL.gap
  const height = top + MARGIN / 2
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    ...parts,
    `<text class="soft" x="${MARGIN}" y="${height - MARGIN / 2}">${escaped(caption)}</text>`,
    '</svg>',
    '',
  ].join('\n')
}

export function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
