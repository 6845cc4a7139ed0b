import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it.each([
  ['evaluates If-Unmodified-Since beside an If-Match that holds', ignoring('if-match', '1-1')],
  ['lets If-Unmodified-Since override If-Match', ignoring('if-match', '0-0')],
  ['evaluates If-None-Match before If-Match', ignoring('if-match', '2-2')],
  ['evaluates If-Range before If-Match', ignoring('if-match', '3-3')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['if-match-precedence'] })
})
