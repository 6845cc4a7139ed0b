import { LEVELS, type Level } from '../subject/check-definition.js'
import type { CheckResult } from './report.js'

/**
 * The highest level that the results show, and those below it: a check of each has passed, none has failed, and none
 * was left out because the run ended before.
 */
export function levelOf(results: readonly CheckResult[]): Level | 'none' {
  let reached: Level | 'none' = 'none'
  for (const level of LEVELS) {
    if (!isShown(results.filter(({ check }) => check.level === level))) break
    reached = level
  }
  return reached
}

function isShown(results: readonly CheckResult[]): boolean {
  const isLost = ({ finding }: CheckResult) =>
    finding.kind === 'failed' || (finding.kind === 'skipped' && finding.isUntried === true)
  return results.some(({ finding }) => finding.kind === 'passed') && !results.some(isLost)
}
