import { expect, it } from 'vitest'
import { levelOf } from '../../../src/check/report/level.js'
import type { CheckResult } from '../../../src/check/report/report.js'
import type { Level } from '../../../src/check/subject/check-definition.js'
import {
  type Finding,
  failed,
  PASSED,
  skipped,
  untried,
} from '../../../src/check/subject/finding.js'

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

const ALL_PASSED = [result('resumes', PASSED), result('safe', PASSED), result('proves', PASSED)]

it.each<[string, Level | 'none', CheckResult[]]>([
  ['a check of each level passes', 'proves', ALL_PASSED],
  ['a check without a level fails', 'proves', [...ALL_PASSED, result(undefined, FAILED)]],
  ['a check of the level proves fails', 'safe', [...ALL_PASSED, result('proves', FAILED)]],
  ['a check of the level safe fails', 'resumes', [...ALL_PASSED, result('safe', FAILED)]],
  ['a check of the level resumes fails', 'none', [...ALL_PASSED, result('resumes', FAILED)]],
  ['a check is skipped', 'proves', [...ALL_PASSED, result('safe', skipped('no ETag'))]],
  ['a check is not tried at the bound', 'resumes', [...ALL_PASSED, result('safe', untried('b'))]],
  ['no check of a level passes', 'none', [result('safe', PASSED), result('proves', PASSED)]],
  ['no check ran', 'none', []],
])('where %s the level is %s', (_, level, results) => {
  expect(levelOf(results)).toBe(level)
})
