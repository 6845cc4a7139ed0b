import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it.each([
  [
    'evaluates If-Modified-Since beside an If-None-Match that does not match',
    ignoring('if-none-match', '1-1'),
  ],
  [
    'lets If-Modified-Since override an If-None-Match that matches',
    ignoring('if-none-match', '0-0'),
  ],
  ['evaluates If-Range before If-None-Match', ignoring('if-none-match', '2-2')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['if-none-match-precedence'] })
})
