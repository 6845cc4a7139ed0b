import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { matchingAny } from '../../fixture/condition-mutants.js'

it('finds a server that sends 304 for an If-None-Match of another version', async () => {
  await expectFound({ rules: [matchingAny('2-3')], fails: ['if-none-match-stale'] })
})
