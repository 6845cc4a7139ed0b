import { expect, it } from 'vitest'
import { levelOf } from '../../../src/check/report/level.js'
import type { CheckResult } from '../../../src/check/report/report.js'
import type { Level } from '../../../src/check/subject/check-definition.js'
import { type Finding, failed, PASSED, skipped } from '../../../src/check/subject/finding.js'

const FAILED = failed(undefined, 'this', 'that')

function result(level: Level | undefined, finding: Finding): CheckResult {
  const check = {
    id: 'x',
    group: 'ranges',
    requirement: 'R.',
    section: 'S',
    strength: 'MUST',
    level,
  } as const
  return { check: { ...check, harm: 'H.' }, finding }
}

it.each<[string, Level | 'none', CheckResult[]]>([
  ['no check fails', 'proves', [result('resumes', PASSED), result('safe', PASSED)]],
  ['a check without a level fails', 'proves', [result(undefined, FAILED)]],
  ['a check of the level proves fails', 'safe', [result('proves', FAILED)]],
  [
    'a check of the level safe fails',
    'resumes',
    [result('safe', FAILED), result('proves', PASSED)],
  ],
  [
    'a check of the level resumes fails',
    'none',
    [result('resumes', FAILED), result('safe', PASSED)],
  ],
  ['a check is skipped', 'proves', [result('safe', skipped('no ETag'))]],
])('where %s the level is %s', (_, level, results) => {
  expect(levelOf(results)).toBe(level)
})
