import type { Outcome } from './run-scenario.js'

/** ms for which the supervisor alone may show another version: a probe tells of it while the browser plays on. */
const PROBE = 1_000

/** What of an outcome breaks the promise of the guard; none for a video that outlived its faults. */
export function breaches(outcome: Outcome): string[] {
  const { scenario, guard, kind, first, second, kept, last, error, status } = outcome
  const found = [...first.findings, ...(second?.findings ?? [])]
  if (kind !== 'played') {
    found.push(`${kind} at ${last?.toFixed(2)} s, ${error ?? 'no error'}, status: "${status}"`)
  }
  const isPermitted = guard === 'supervised' && first.otherVersion <= PROBE
  if (first.versions.length > 1 && !isPermitted) {
    found.push(`shows the versions ${first.versions.join(' and ')}`)
  }
  if (scenario.expects === 'stops') {
    if (second === undefined) found.push('the change was not reported')
    else if (second.versions.join() !== '2')
      found.push(`the choice plays version ${second.versions.join(' and ') || 'none'}`)
  } else if (second !== undefined) found.push('a change was reported, but there was none')
  if (kept.volume !== 0.4 || kept.rate !== 1.1) found.push(`has changed ${JSON.stringify(kept)}`)
  return found
}
