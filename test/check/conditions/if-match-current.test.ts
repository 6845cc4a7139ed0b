import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { refusing } from '../../fixture/condition-mutants.js'

it('finds a server that fails an If-Match of the current ETag', async () => {
  await expectFound({ rules: [refusing('if-match', '1-2')], fails: ['if-match-current'] })
})
