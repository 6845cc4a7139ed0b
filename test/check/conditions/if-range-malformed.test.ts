import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it.each([
  ['sends the range for an If-Range of *', ignoring('if-range', '0-0')],
  ['sends the range for an If-Range with a date that does not exist', ignoring('if-range', '1-1')],
  ['sends the range for an If-Range without quotes', ignoring('if-range', '2-2')],
  ['sends the range for an If-Range with a list of ETags', ignoring('if-range', '0-3')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['if-range-malformed'] })
})
