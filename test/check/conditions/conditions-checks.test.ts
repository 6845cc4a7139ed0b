import { describe, expect, it } from 'vitest'
import { CONDITION_CHECKS } from '../../../src/check/conditions/conditions-checks.js'
import { checkMutant, failedIds } from '../../fixture/check-mutant.js'

const MALFORMED = { etag: 'a"', 'last-modified': 'yesterday' }

describe('the checks of conditions', () => {
  it('are skipped where they need a validator that is malformed', async () => {
    const report = await checkMutant({
      rules: [{ fault: { kind: 'response-fields', set: MALFORMED } }],
      options: { only: ['conditions'] },
    })
    expect(failedIds(report)).toEqual([])
    const ran = report.results.filter(({ finding }) => finding.kind === 'passed')
    expect(ran.map(({ check: { id } }) => id)).toEqual([
      'if-range-fresh-date',
      'if-range-malformed',
      'if-range-without-range',
      'if-match-star',
      'if-none-match-stale',
      'if-none-match-star',
    ])
  })

  it('are skipped where the server ignores Range', async () => {
    const report = await checkMutant({
      rules: [{ fault: { kind: 'ignore-range' } }],
      options: { only: ['conditions'] },
    })
    const kinds = report.results.map(({ finding }) => finding.kind)
    expect(kinds).toEqual(CONDITION_CHECKS.map(() => 'skipped'))
  })
})
