import type { Level } from '../subject/check-definition.js'
import { counted } from './counted.js'
import type { Report } from './report.js'

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
  return `Level: ${level} (${MEANINGS[level]}); ${count}.`
}
