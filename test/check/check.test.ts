import { expect, it } from 'vitest'
import { checkMutant, failedIds } from '../fixture/check-mutant.js'

it('finds nothing wrong with a server without defects', async () => {
  const report = await checkMutant({})
  expect(failedIds(report)).toEqual([])
  expect(report.level).toBe('proves')
})
