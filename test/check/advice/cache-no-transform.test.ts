import { expect, it } from 'vitest'
import { checkMutant, EVERY_CHECK, expectFound, failedIds } from '../../fixture/check-mutant.js'

const set = { via: '1.1 cache' }

it('finds a video that a proxy sends without no-transform', async () => {
  const report = await expectFound({
    rules: [{ fault: { kind: 'response-fields', set } }],
    options: EVERY_CHECK,
    fails: ['cache-no-transform'],
  })
  expect(report.failed).toEqual([])
  expect(report.level).toBe('proves')
})

it('accepts a video with no-transform that a proxy sends', async () => {
  const fields = { ...set, 'cache-control': 'max-age=60, no-transform' }
  const rules = [{ fault: { kind: 'response-fields', set: fields } }] as const
  expect(failedIds(await checkMutant({ rules, options: { only: ['advice'] } }))).toEqual([])
})
