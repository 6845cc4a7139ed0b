import { BROWSERS } from '../../fixture/browsers/test-browser.js'
import { GUARDS } from './pages.js'
import type { Outcome } from './run-scenario.js'

/** By `MediaError.code`. */
const ERRORS = ['', 'aborted', 'network', 'decode', 'source']

/** What a viewer has seen, in a few words. */
export function summary(outcome: Outcome): string {
  const { kind, isOneVersion, findings, last, error } = outcome
  const position = last === undefined ? 'before the first frame' : `at ${last.toFixed(1)} s`
  const parts: string[] = []
  if (!isOneVersion) parts.push('**two versions**')
  if (findings.some((finding) => finding.includes('damaged'))) parts.push('damaged frames')
  if (findings.some((finding) => finding.includes('follows'))) parts.push('jumps')
  if (findings.some((finding) => finding.includes('shows no frame'))) parts.push('seek lost')
  if (kind === 'dead') parts.push(`dead ${position} (${ERRORS[Number(error?.[0])]})`)
  if (kind === 'stuck') parts.push(`stuck ${position}`)
  if (kind === 'played' && parts.length === 0) parts.push('plays on')
  return parts.join(', ')
}

/**
 * A table in Markdown: event × browser and guard.
 * @param order the names of all events
 */
export function table(outcomes: readonly Outcome[], order: readonly string[]): string {
  const has = <K extends 'browser' | 'guard'>(key: K, value: Outcome[K]) =>
    outcomes.some((outcome) => outcome[key] === value)
  const columns = BROWSERS.flatMap((browser) => GUARDS.map((guard) => ({ browser, guard }))).filter(
    ({ browser, guard }) => has('browser', browser) && has('guard', guard),
  )
  const found = new Set(outcomes.map(({ scenario }) => scenario.name))
  const names = order.filter((name) => found.has(name))
  const rows = names.map((name) => [
    name,
    ...columns.map(({ browser, guard }) => {
      const outcome = outcomes.find(
        (one) => one.scenario.name === name && one.browser === browser && one.guard === guard,
      )
      return outcome === undefined ? '' : summary(outcome)
    }),
  ])
  const head = ['event', ...columns.map(({ browser, guard }) => `${browser}, ${guard}`)]
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
