import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring, refusing } from '../../fixture/condition-mutants.js'

it.each([
  ['fails an If-Match that lists the current ETag', refusing('if-match', '0-1')],
  ['sends the range for an If-Match that lists other ETags only', ignoring('if-match', '0-2')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['if-match-list'] })
})
