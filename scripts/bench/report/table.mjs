import { SERVERS } from '../peers.mjs'
import { figureOf, isGeneratorBusy, METRICS, number } from './metrics.mjs'

/** Metrics that a saturated load generator limits. */
const LIMITED = new Set(['rate', 'speed'])

/** One case in Markdown: the method, the table and the notes. */
export function sectionOf(name, cases, { rounds, seconds }) {
  const { title, how, notes } = cases[name]
  const head = `${how}; median of ${rounds} rounds of ${seconds} s`
  const busy = Object.keys(cases[name].figures).some((server) =>
    isGeneratorBusy(cases, { case: name, server }),
  )
  const mark = busy ? ['≥: the load generator was saturated, so the server may be faster.'] : []
  return [`### ${title}`, head, tableOf(name, cases), ...mark, ...notes].join('\n\n')
}

function tableOf(name, cases) {
  const { figures, main } = cases[name]
  const servers = Object.keys(figures)
  const metrics = Object.keys(METRICS).filter((metric) =>
    servers.some((server) => isShown(metric, figures[server][metric])),
  )
  const isCompared = servers.includes('lastbyte') && servers.length > 1
  const compared = isCompared ? [`lastbyte ÷ server: ${METRICS[main].title}`] : []
  const rows = servers.map((server) => {
    const cells = metrics.map((metric) => cellOf({ case: name, server, metric }, cases, main))
    if (isCompared) cells.push(ratioOf({ case: name, server, metric: main }, cases))
    return [SERVERS[server], ...cells]
  })
  const head = ['server', ...metrics.map((metric) => METRICS[metric].title), ...compared]
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** `unanswered` is shown only if a request had no response. */
function isShown(metric, rounds) {
  if (rounds === undefined) return false
  return metric !== 'unanswered' || rounds.some((count) => count > 0)
}

/** A median; for the main metric also the minimum and the maximum. */
function cellOf(which, cases, main) {
  const sign = LIMITED.has(which.metric) && isGeneratorBusy(cases, which) ? '≥ ' : ''
  const figure = `${sign}${number(figureOf(cases, which))}`
  const rounds = cases[which.case].figures[which.server][which.metric]
  if (which.metric !== main || rounds === undefined) return figure
  return `${figure} (${number(Math.min(...rounds))}–${number(Math.max(...rounds))})`
}

function ratioOf(which, cases) {
  if (which.server === 'lastbyte') return ''
  const own = figureOf(cases, { ...which, server: 'lastbyte' })
  const other = figureOf(cases, which)
  return own === undefined || other === undefined ? '–' : number(own / other)
}
