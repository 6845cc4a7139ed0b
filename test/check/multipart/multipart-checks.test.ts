import { describe, expect, it } from 'vitest'
import { MULTIPART_CHECKS } from '../../../src/check/multipart/multipart-checks.js'
import type { FaultRule } from '../../../src/fault/fault-rule.js'
import { CHECKED_SIZE, checkMutant } from '../../fixture/check-mutant.js'
import { faultOfRanges } from '../../fixture/multipart-mutants.js'

const MIDDLE = CHECKED_SIZE / 2

/** The ranges of all checks. */
const RANGES = [
  '0-0,-1',
  '0-1,-1',
  '0-1,-2',
  '-1,0-0',
  '0-0,-2',
  `0-2,${MIDDLE}-${MIDDLE + 1},${CHECKED_SIZE - 3}-${CHECKED_SIZE - 1}`,
]

/** The results of the checks of multiparts. */
async function resultsWith(rules: readonly FaultRule[]): Promise<readonly string[]> {
  const { results } = await checkMutant({ rules, options: { only: ['multipart'] } })
  return results.map(({ check: { id }, finding: { kind } }) => `${id} ${kind}`)
}

const idsOf = (kind: string) =>
  MULTIPART_CHECKS.map(({ id }) => `${id} ${id === 'multipart-single-range' ? 'passed' : kind}`)

describe('the checks of multiparts', () => {
  it.each([
    ['sends one part for several ranges', { kind: 'request-fields', set: { range: 'bytes=0-0' } }],
    ['answers several ranges with the whole', { kind: 'request-fields', remove: 'range' }],
    ['refuses several ranges', { kind: 'status', status: 416 }],
  ] as const)('pass or are skipped where the server %s', async (_way, fault) => {
    const rules = RANGES.map((ranges) => faultOfRanges(ranges, fault))
    expect(await resultsWith(rules)).toEqual(idsOf('skipped'))
  })

  it('leave a malformed multipart to the one of its boundary', async () => {
    const fault = { kind: 'replace', text: '\r\n\r\n', by: '\r\na:' } as const
    const found = await resultsWith(RANGES.map((ranges) => faultOfRanges(ranges, fault)))
    expect(found.filter((each) => !each.endsWith('skipped'))).toEqual([
      'multipart-boundary failed',
      'multipart-length passed',
      'multipart-single-range passed',
    ])
  })
})
