import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it.each([
  ['sends the range for an If-Range with an earlier date', ignoring('if-range', '0-1')],
  ['sends the range for an If-Range with a later date', ignoring('if-range', '0-2')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['if-range-other-date'] })
})
