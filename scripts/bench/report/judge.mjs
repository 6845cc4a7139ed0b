import { titleOf } from '../titles.mjs'
import { GOALS } from './goals.mjs'
import { figureOf, METRICS, number } from './metrics.mjs'
import { tableIn } from './table.mjs'

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
  // A quotient of zeros, such as CPU seconds below the clock's grain.
  if (!Number.isFinite(reached)) return { kind: 'open', reason: 'too small to measure' }
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
  const { case: name, subject, metric: other } = times
  const reference = [
    subject && titleOf(subject),
    other && METRICS[other].title,
    name && `“${cases[name]?.title ?? name}”`,
  ]
  return `${text} × ${reference.filter(Boolean).join(', ')}`
}

/** All goals whose case was measured, in Markdown: their number by result, and a table. */
export function goalsSection(cases, goals = GOALS) {
  const judged = goals
    .filter((goal) => cases[goal.case] !== undefined)
    .map((goal) => ({ goal, verdict: judge(goal, cases) }))
  if (judged.length === 0) return undefined
  const rows = judged.map(({ goal, verdict }) => {
    const { title } = cases[goal.case]
    const reached = verdict.reached === undefined ? '–' : number(verdict.reached)
    return [title, titleOf(goal.subject), textOf(goal, cases), outcomeOf(verdict), reached]
  })
  const count = (kind) => judged.filter(({ verdict }) => verdict.kind === kind).length
  const counts = ['met', 'missed', 'open'].map((kind) => `${count(kind)} ${kind}`)
  const table = tableIn(['workload', 'subject', 'goal', 'result', 'reached'], rows, 4)
  return `### Goals\n\nOf ${judged.length} goals: ${counts.join(', ')}.\n\n${table}`
}

function outcomeOf({ kind, by, reason }) {
  if (kind === 'open') return `open: ${reason}`
  // To a tenth, since the figures are no more precise.
  const share = `${number(Math.round(Math.abs(by) * 1000) / 10)} %`
  return kind === 'met' ? `met by ${share}` : `**missed by ${share}**`
}
