import { SERVERS } from '../peers.mjs'
import { figureOf, METRICS, number } from './metrics.mjs'

/**
 * The performance goals: the figure of a `metric` for a `server` in a `case` is `atMost` or `atLeast` a
 * number, or that number `times` another figure. Members that `times` lacks are those of the goal.
 */
export const GOALS = [
  {
    case: 'whole',
    server: 'lastbyte',
    metric: 'cpuPerGiB',
    atMost: 1,
    times: { server: 'nginx' },
  },
  {
    case: 'whole',
    server: 'lastbyte',
    metric: 'cpuPerGiB',
    atMost: 0.1,
    times: { server: 'static' },
  },
  {
    case: 'whole',
    server: 'portable',
    metric: 'cpuPerGiB',
    atMost: 0.2,
    times: { server: 'static' },
  },
  { case: 'whole', server: 'portable', metric: 'cpuPerGiB', atMost: 1, times: { server: 'sirv' } },
  {
    case: 'ranges',
    server: 'lastbyte',
    metric: 'cpuPerGiB',
    atMost: 1.7,
    times: { server: 'nginx' },
  },
  { case: 'hundred', server: 'lastbyte', metric: 'rate', atLeast: 5, times: { server: 'static' } },
  { case: 'hundred', server: 'lastbyte', metric: 'rate', atLeast: 2, times: { server: 'sirv' } },
  { case: 'small', server: 'lastbyte', metric: 'rate', atLeast: 4, times: { server: 'static' } },
  { case: 'small', server: 'lastbyte', metric: 'rate', atLeast: 2.5, times: { server: 'sirv' } },
  { case: 'small', server: 'lastbyte', metric: 'rate', atLeast: 1, times: { server: 'caddy' } },
  ...['not-modified', 'unsatisfiable'].map((name) => ({
    ...{ case: name, server: 'lastbyte', metric: 'rate' },
    ...{ atLeast: 0.9, times: { case: 'small-beside' } },
  })),
  { case: 'stalled', server: 'lastbyte', metric: 'perClient', atMost: 25 },
  ...['lastbyte', 'portable'].map((server) => ({
    ...{ case: 'first-byte', server, metric: 'loadP99' },
    ...{ atMost: 3, times: { metric: 'idleP99' } },
  })),
  {
    ...{ case: 'workers', server: 'workers-2', metric: 'rate' },
    ...{ atLeast: 1.7, times: { server: 'workers-1' } },
  },
  {
    ...{ case: 'workers', server: 'workers-2', metric: 'ratePerCpu' },
    ...{ atLeast: 0.85, times: { server: 'workers-1' } },
  },
  ...['files-1000', 'files-100000'].map((name) => flat(name, 'files-10')),
  ...['range-1-gib', 'range-100-gib'].map((name) => flat(name, 'range-1-mib')),
]

function flat(name, other) {
  const own = { case: name, server: 'lastbyte', metric: 'rate' }
  return { ...own, atLeast: 0.9, times: { case: other } }
}

/**
 * @returns `kind`: `met`, `missed`, or `open` with the reason why the goal can't be judged; `reached`: the
 *   figure, or its ratio to the other figure; `by`: the margin as a share of the goal, negative if missed
 */
export function judge(goal, cases) {
  const limit = goal.atMost ?? goal.atLeast
  const own = figureOf(cases, goal)
  const other = goal.times === undefined ? 1 : figureOf(cases, { ...goal, ...goal.times })
  if (own === undefined || other === undefined) return { kind: 'open', reason: 'not measured' }
  const reached = own / other
  const by = goal.atMost === undefined ? reached / limit - 1 : 1 - reached / limit
  if (by >= 0) return { kind: 'met', reached, by }
  // A limit of the machine excuses a rate, but not a cost.
  const isLimited = goal.metric === 'rate' && cases[goal.case].limit !== undefined
  if (isLimited) return { kind: 'open', reached, reason: 'the machine was the limit' }
  return { kind: 'missed', reached, by }
}

/** A goal as text, such as `requests/s ≥ 5 × sirv`. */
export function textOf({ metric, atMost, times, ...goal }, cases) {
  const sign = atMost === undefined ? '≥' : '≤'
  const text = `${METRICS[metric].title} ${sign} ${atMost ?? goal.atLeast}`
  if (times === undefined) return text
  const { case: name, server, metric: other } = times
  const reference = [
    server && SERVERS[server],
    other && METRICS[other].title,
    name && `“${cases[name]?.title ?? name}”`,
  ]
  return `${text} × ${reference.filter(Boolean).join(', ')}`
}

/** A Markdown table of all goals whose case was measured. */
export function goalsTable(cases, goals = GOALS) {
  const rows = goals
    .filter((goal) => cases[goal.case] !== undefined)
    .map((goal) => {
      const verdict = judge(goal, cases)
      const text = textOf(goal, cases)
      const reached = verdict.reached === undefined ? '–' : number(verdict.reached)
      return [cases[goal.case].title, SERVERS[goal.server], text, reached, outcomeOf(verdict)]
    })
  if (rows.length === 0) return undefined
  const head = ['workload', 'server', 'goal', 'reached', 'result']
  return [head, ['---', '---', '---', '---:', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function outcomeOf({ kind, by, reason }) {
  if (kind === 'open') return `open: ${reason}`
  const share = `${number(Math.abs(by) * 100)} %`
  return kind === 'met' ? `met by ${share}` : `**missed by ${share}**`
}
