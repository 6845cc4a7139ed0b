import type { Level } from '../subject/check-definition.js'
import { counted } from './counted.js'
import type { Report } from './report.js'

const MEANINGS: Readonly<Record<Level | 'none', string>> = {
  none: 'clients cannot rely on resuming',
  resumes: 'interrupted downloads go on, but may join two versions',
  safe: 'interrupted downloads go on, and never join two versions',
  proves: 'downloads go on, join no versions, and have a digest',
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
