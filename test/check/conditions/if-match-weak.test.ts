import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it('finds a server that sends the range for an If-Match of a weak ETag', async () => {
  await expectFound({ rules: [ignoring('if-match', '1-3')], fails: ['if-match-weak'] })
})
