import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it('finds a server that sends the range for an If-Range with the present second', async () => {
  await expectFound({ rules: [ignoring('if-range', '3-3')], fails: ['if-range-fresh-date'] })
})
