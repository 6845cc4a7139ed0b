import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { refusing } from '../../fixture/condition-mutants.js'

it.each([
  ['fails an If-Unmodified-Since of the current date', refusing('if-unmodified-since', '0-1')],
  ['fails an If-Unmodified-Since of a later date', refusing('if-unmodified-since', '0-2')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['if-unmodified-since-current'] })
})
