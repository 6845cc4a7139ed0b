import { titleOf } from '../titles.mjs'
import { figureOf, isGeneratorBusy, METRICS, number } from './metrics.mjs'

/** Metrics that a saturated load generator limits. */
const LIMITED = new Set(['rate', 'speed'])

/** One case in Markdown: the method, the table and the notes. */
export function sectionOf(name, cases) {
  const { title, how, notes = [], figures } = cases[name]
  const busy = Object.keys(figures).some((subject) =>
    isGeneratorBusy(cases, { case: name, subject }),
  )
  const mark = busy ? ['≥: the load generator was saturated, so the server may be faster.'] : []
  const head = `${how}; ${roundsOf(cases[name])}`
  return [`### ${title}`, head, tableOf(name, cases), ...mark, ...notes].join('\n\n')
}

function roundsOf({ figures, seconds }) {
  const rounds = Math.max(...Object.values(figures).flatMap(lengthsOf))
  const length = seconds === undefined ? '' : ` of ${seconds} s`
  return rounds === 1 ? `one round${length}` : `median of ${rounds} rounds${length}`
}

const lengthsOf = (metrics) => Object.values(metrics).map(({ length }) => length)

function tableOf(name, cases) {
  const { figures, main, own = 'lastbyte', kind = 'server' } = cases[name]
  const subjects = Object.keys(figures)
  const metrics = Object.keys(METRICS).filter((metric) =>
    subjects.some((subject) => isShown(metric, figures[subject][metric])),
  )
  const isCompared = subjects.includes(own) && subjects.length > 1
  const compared = isCompared ? [`${titleOf(own)} ÷ ${kind}: ${METRICS[main].title}`] : []
  const rows = subjects.map((subject) => {
    const cells = metrics.map((metric) => cellOf({ case: name, subject, metric }, cases, main))
    if (isCompared) cells.push(ratioOf({ case: name, subject, metric: main }, own, cases))
    return [titleOf(subject), ...cells]
  })
  return tableIn([kind, ...metrics.map((metric) => METRICS[metric].title), ...compared], rows)
}

/** A Markdown table whose first `texts` columns are text and whose others are numbers. */
export function tableIn(head, rows, texts = 1) {
  const rule = head.map((_, column) => (column < texts ? '---' : '---:'))
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
  const rounds = cases[which.case].figures[which.subject][which.metric]
  if (which.metric !== main || rounds === undefined) return figure
  return `${figure} (${number(Math.min(...rounds))}–${number(Math.max(...rounds))})`
}

function ratioOf(which, own, cases) {
  if (which.subject === own) return ''
  const figure = figureOf(cases, { ...which, subject: own })
  const other = figureOf(cases, which)
  return figure === undefined || other === undefined ? '–' : number(figure / other)
}
