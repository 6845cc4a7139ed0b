import { median } from './measure.mjs'
import { GIB } from './samples.mjs'
import { SERVERS } from './servers.mjs'

const MB = 1e6

/** What lastbyte is meant to reach against @fastify/static. */
const GOALS = {
  whole: { what: 'CPU seconds a GiB', figure: 'cpu', holds: (ratio) => ratio <= 0.4, aim: '≤ 0.4' },
  small: { what: 'requests a second', figure: 'rate', holds: (ratio) => ratio >= 3, aim: '≥ 3' },
}

/**
 * The medians of a server's rounds. An answer that the end of a round cut short counts in part.
 *
 * @param answer bytes of a whole answer
 */
export function summarize({ rounds, peakMemory }, answer) {
  const rates = rounds.map(({ bytes, seconds }) => bytes / answer / seconds)
  const speeds = rounds.map(({ bytes, seconds }) => bytes / MB / seconds)
  const costs = rounds.map(({ cpu, bytes }) =>
    cpu === undefined ? undefined : cpu / (bytes / GIB),
  )
  return {
    rate: median(rates),
    speed: median(speeds),
    speedRange: [Math.min(...speeds), Math.max(...speeds)],
    cpu: median(costs),
    memory: peakMemory === undefined ? undefined : peakMemory / MB,
  }
}

/** A Markdown table of one workload. `results`: the summaries by server. */
export function tableOf(results) {
  const head = [
    'server',
    'requests/s',
    'MB/s (least–most)',
    'CPU s/GiB',
    'peak RSS MB',
    'lastbyte ÷ it: MB/s',
    'lastbyte ÷ it: CPU s/GiB',
  ]
  const own = results.lastbyte
  const rows = Object.entries(results).map(([name, result]) => [
    SERVERS[name],
    number(result.rate),
    `${number(result.speed)} (${result.speedRange.map(number).join('–')})`,
    number(result.cpu),
    number(result.memory),
    name === 'lastbyte' ? '' : number(ratio(own?.speed, result.speed)),
    name === 'lastbyte' ? '' : number(ratio(own?.cpu, result.cpu)),
  ])
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Whether a workload's goal is met; undefined where it has none or nothing to judge it by. */
export function goalOf(workload, { lastbyte, static: peer }) {
  const goal = GOALS[workload]
  const reached = goal && ratio(lastbyte?.[goal.figure], peer?.[goal.figure])
  if (reached === undefined) return undefined
  const outcome = goal.holds(reached) ? 'met' : 'missed'
  return `Goal: ${goal.what} ${goal.aim} × ${SERVERS.static}: **${outcome}** (${number(reached)}).`
}

function ratio(own, other) {
  return own === undefined || other === undefined ? undefined : own / other
}

/** Three significant digits, and no fewer than the whole number has. */
function number(figure) {
  if (figure === undefined || !Number.isFinite(figure)) return '–'
  if (figure >= 100) return Math.round(figure).toLocaleString('en')
  return String(Number(figure.toPrecision(3)))
}
