import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it('finds a server that sends the range for an If-Unmodified-Since of an earlier date', async () => {
  await expectFound({
    rules: [ignoring('if-unmodified-since', '1-2')],
    fails: ['if-unmodified-since-stale'],
  })
})
