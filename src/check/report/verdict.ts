import type { Level } from '../subject/check-definition.js'
import { counted } from './counted.js'
import type { CheckResult, Report } from './report.js'

const MEANINGS: Readonly<Record<Level | 'none', string>> = {
  none: 'clients cannot rely on resuming',
  resumes: 'but may splice two versions',
  safe: 'resumes, and never splices two versions',
  proves: 'safe, with a digest to verify',
}

/** What a run has found out, in one line. */
export function verdict({ level, failed, results }: Report): string {
  const ran = results.filter(({ finding }) => finding.kind !== 'skipped').length
  const count = `${failed.length} of ${counted(ran, 'check')} failed`
  if (level === 'none' && failed.every(({ check }) => check.level !== 'resumes')) {
    return `Level: not determined, too few checks ran; ${count}.`
  }
  const meaning = level === 'proves' && results.some(isUnverified) ? UNVERIFIED : MEANINGS[level]
  return `Level: ${level} (${meaning}); ${count}.`
}

/** What the level `proves` means where the whole is larger than the bound. */
const UNVERIFIED = 'safe; digest announced, not verified'

function isUnverified({ finding }: CheckResult): boolean {
  return finding.kind === 'skipped' && finding.isUnverified === true
}
