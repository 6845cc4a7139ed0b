import { expect, it } from 'vitest'
import { verdict } from '../../../src/check/report/verdict.js'
import { PASSED, skipped, unverified } from '../../../src/check/subject/finding.js'
import { failure, reportOf, resultOf } from '../../fixture/check-results.js'

const RESUMES_FAILED = [resultOf(PASSED), resultOf(failure()), resultOf(skipped('no ETag'))]
const OTHER_FAILED = [resultOf(PASSED), resultOf(failure(), { level: undefined })]

it.each([
  ['none', RESUMES_FAILED, 'Level: none (clients cannot rely on resuming); 1 of 2 checks failed.'],
  ['resumes', OTHER_FAILED, 'Level: resumes (but may splice two versions); 1 of 2 checks failed.'],
  ['safe', [], 'Level: safe (resumes, and never splices two versions); 0 of 0 checks failed.'],
  ['proves', [], 'Level: proves (safe, with a digest to verify); 0 of 0 checks failed.'],
  [
    'proves',
    [resultOf(PASSED), resultOf(unverified('the whole is larger'))],
    'Level: proves (safe; digest announced, not verified); 0 of 1 check failed.',
  ],
  ['none', [], 'Level: not determined, too few checks ran; 0 of 0 checks failed.'],
] as const)('at the level %s the verdict is a line: %#', (level, results, line) => {
  expect(verdict(reportOf(results, { level }))).toBe(line)
  expect(line.length).toBeLessThanOrEqual(80)
})
