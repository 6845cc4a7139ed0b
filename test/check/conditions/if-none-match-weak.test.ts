import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it('finds a server that compares If-None-Match strongly', async () => {
  await expectFound({ rules: [ignoring('if-none-match', '1-3')], fails: ['if-none-match-weak'] })
})
