import type { CheckResult } from './report.js'

/** The reasons why checks were skipped, each with their ids, the most frequent first. */
export function skippedByReason(
  results: readonly CheckResult[],
): readonly (readonly [reason: string, ids: readonly string[]])[] {
  const byReason = new Map<string, string[]>()
  for (const { check, finding } of results) {
    if (finding.kind !== 'skipped') continue
    byReason.set(finding.reason, [...(byReason.get(finding.reason) ?? []), check.id])
  }
  return [...byReason].sort(([, a], [, b]) => b.length - a.length)
}
