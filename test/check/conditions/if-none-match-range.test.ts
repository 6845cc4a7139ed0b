import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it('finds a server that sends the range for an If-None-Match of the current ETag', async () => {
  await expectFound({ rules: [ignoring('if-none-match', '1-2')], fails: ['if-none-match-range'] })
})
