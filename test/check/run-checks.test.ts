import { expect, it } from 'vitest'
import type { CheckResult } from '../../src/check/report/report.js'
import { runChecks } from '../../src/check/run-checks.js'
import { BoundReached, WholeTooLarge } from '../../src/check/subject/budget.js'
import type { Check } from '../../src/check/subject/check-definition.js'
import { type Finding, PASSED } from '../../src/check/subject/finding.js'
import type { Subject } from '../../src/check/subject/subject.js'
import { LastbyteError } from '../../src/errors.js'
import { resultOf } from '../fixture/check-results.js'

const stop = new AbortController()
/** Its server responds to plain requests. */
const subject = (signal = stop.signal) => {
  const budget = { requests: 7 }
  return { signal, facts: {}, budget, sendAnyway: async () => ({}) } as unknown as Subject
}

const throwing = (error: Error): Check => checkOf(() => Promise.reject(error))
function checkOf(run: () => Promise<Finding>, needs: Check['needs'] = []): Check {
  return { ...resultOf(PASSED).check, needs, cost: { requests: 1, bytes: 0 }, run }
}

it.each<[string, Check, Finding]>([
  ['passes', checkOf(async () => PASSED), PASSED],
  [
    'needs what the server lacks',
    checkOf(async () => PASSED, ['strong-etag']),
    { kind: 'skipped', reason: 'the server sends no strong ETag' },
  ],
  [
    'exceeds the bound',
    throwing(new BoundReached('b')),
    { kind: 'skipped', reason: 'b', isUntried: true },
  ],
  [
    'needs too large a whole',
    throwing(new WholeTooLarge('w')),
    { kind: 'skipped', reason: 'w', isUnverified: true },
  ],
  [
    'gets no response',
    throwing(new LastbyteError('UNREACHABLE', 'gone')),
    { kind: 'failed', exchange: undefined, expected: 'a response', received: 'none: gone' },
  ],
])(
  'the result of a check that %s is told at once, and what runs it is left out',
  async (_, check, finding) => {
    const told: CheckResult[] = []
    const results = await runChecks([check], subject(), (result) => void told.push(result))
    expect(results).toEqual([resultOf(finding)])
    expect(told).toEqual(results)
  },
)

it('a bug of a check and the end of the run are no findings', async () => {
  await expect(runChecks([throwing(new TypeError('bug'))], subject(), () => {})).rejects.toThrow(
    'bug',
  )
  const aborted = AbortSignal.abort(new Error('stopped'))
  const run = runChecks([checkOf(async () => PASSED)], subject(aborted), () => {})
  await expect(run).rejects.toThrow('stopped')
})
