import { BROWSERS } from '../../fixture/browsers/test-browser.js'
import { GUARDS } from './pages.js'
import type { Outcome } from './run-scenario.js'

/** By `MediaError.code`. */
const ERRORS = ['', 'aborted', 'network', 'decode', 'source']

/** What a viewer has seen, in a few words. */
export function summary(outcome: Outcome): string {
  const { kind, first, second, last, error } = outcome
  const findings = [...first.findings, ...(second?.findings ?? [])]
  const has = (part: string) => findings.some((finding) => finding.includes(part))
  const position = first.versions.length > 0 ? `at ${last?.toFixed(1)} s` : 'before the first frame'
  const parts: string[] = []
  if (first.versions.length > 1) parts.push('**two versions**')
  if (has('damaged')) parts.push('damaged frames')
  if (has('follows')) parts.push('jumps')
  if (has('shows no frame')) parts.push('seek lost')
  if (second !== undefined) parts.push('stops and asks')
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
  const rows = order
    .filter((name) => found.has(name))
    .map((name) => [
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
