import { LEVELS, type Level } from '../subject/check-definition.js'
import type { CheckResult } from './report.js'

/** The highest level of which, and of those below it, no check failed. */
export function levelOf(results: readonly CheckResult[]): Level | 'none' {
  const lost = new Set(
    results.flatMap(({ check, finding }) => (finding.kind === 'failed' ? [check.level] : [])),
  )
  let reached: Level | 'none' = 'none'
  for (const level of LEVELS) {
    if (lost.has(level)) break
    reached = level
  }
  return reached
}
