import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring, matchingAny } from '../../fixture/condition-mutants.js'

it.each([
  [
    'sends the range for an If-None-Match that lists the current ETag',
    ignoring('if-none-match', '0-1'),
  ],
  ['sends 304 for an If-None-Match that lists other ETags only', matchingAny('0-2')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['if-none-match-list'] })
})
